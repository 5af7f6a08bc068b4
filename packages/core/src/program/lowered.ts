import type { Events } from '../dataset/dataset.js'
import type { EmbeddingNode, Head, NumbersNode } from '../graph/graph.js'
import type { EncodedInput, LearnedInput } from './encode.js'
import type { History } from './history.js'
import type { RowSource } from './lookup.js'
import type { Program } from './program.js'

/** A program with what its own executors need beside the contract. */
export interface LoweredProgram extends Program {
  /** Operators whose results were checked once already, by the place of their entry. */
  readonly checked: Set<string>
  readonly inputs: ReadonlyMap<string, LearnedInput>
  /** The columns that a head's loss reads beside its target, [events] each, by the loss's own names. */
  targets(head: Head): Readonly<Record<string, Float32Array>>
  history(side: 'user' | 'item'): History
  /** Where an embedding or a numbers node gets its values; `bound` holds the event inputs of the moment. */
  source(node: EmbeddingNode | NumbersNode, bound: ReadonlyMap<string, EncodedInput>): RowSource
  /** Event inputs of these events, encoded. */
  bind(events: Events): ReadonlyMap<string, EncodedInput>
}
