import type { SpecDocument } from './document.js'

/**
 * Returns a document as it is; its type checks names, operators, their parameters and metrics while it is written.
 * What needs shapes or data is checked by `compile`.
 */
export const defineSpec = <
  Inputs extends string,
  Embeddings extends string = never,
  Ops extends string = never,
  Heads extends string = never,
>(
  document: SpecDocument<Inputs, Embeddings, Ops, Heads>,
): SpecDocument<Inputs, Embeddings, Ops, Heads> => document
