import type { Graph, Plugin } from '@recspec/core'
import { check } from '@recspec/dsl'

/** A document as its author writes it, sections as plain objects. */
export type Document = Readonly<Record<string, unknown>>

/** The two id inputs that most documents have. */
export const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const

/** Two short tables of users and items, and their dot product. */
export const factors = {
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 4, l2: 0.01 }, q: { input: 'item', dim: 4, l2: 0.01 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
} as const

/** The solver of documents that are about something else. */
export const descent = { type: 'adam', learningRate: 0.05, epochs: 2, batchSize: 8 } as const

/** The head of documents that are about something else. */
export const ratings = { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } } as const

/**
 * The documents of one use that compile, at most `most`; throws a sentence where none does and `given` says that the
 * author gave the use.
 */
export const usableOrThrow = (
  documents: Iterable<Document>,
  plugin: Plugin,
  most: number,
  { given, params }: { readonly given: boolean; readonly params: unknown },
): ReturnType<typeof usable> => {
  const tried = usable(documents, plugin, most)
  if (given && tried.found.length === 0)
    throw new Error(`no document with ${JSON.stringify(params)} compiles: ${tried.refused?.mistakes.join('; ')}`)
  return tried
}

/** The plugins beside the built-ins that a document with operators of this one needs. */
export const besides = (plugin: Plugin): readonly Plugin[] => (plugin.name === '' ? [] : [plugin])

/** A document compiled: its graph, or what the compiler says is wrong, and whether a plugin is at fault. */
export interface Compiled {
  readonly document: Document
  readonly graph?: Graph
  readonly mistakes: readonly string[]
  readonly isFault: boolean
}

/** Compiles a document with a plugin, and with `others` that it needs. */
export const compiled = (document: Document, plugin: Plugin, others: readonly Plugin[] = []): Compiled => {
  const text = JSON.stringify({ recspec: 1, name: 'kit', ...document })
  const { graph, diagnostics } = check({ name: 'kit.json', text }, [...besides(plugin), ...others])
  return {
    document,
    ...(graph ? { graph } : {}),
    mistakes: diagnostics.map(({ pointer, message, hint }) => `${pointer}: ${message}${hint ? ` (${hint})` : ''}`),
    isFault: diagnostics.some(({ code }) => code === 'plugin-error'),
  }
}

/** Why a document does not compile with a plugin, all mistakes in a line; undefined where it does. */
export const refusalOf = (document: Document, plugin: Plugin): string | undefined => {
  const { mistakes } = compiled(document, plugin)
  return mistakes.length > 0 ? mistakes.join('; ') : undefined
}

/** The first documents that compile; where none does, the first that shows a fault of the plugin, else the first. */
export const usable = (
  documents: Iterable<Document>,
  plugin: Plugin,
  most: number,
): { readonly found: readonly (Compiled & { readonly graph: Graph })[]; readonly refused?: Compiled } => {
  const found: (Compiled & { readonly graph: Graph })[] = []
  let refused: Compiled | undefined
  for (const document of documents) {
    const one = compiled(document, plugin)
    if (one.graph) found.push(one as Compiled & { readonly graph: Graph })
    else if (!refused || (one.isFault && !refused.isFault)) refused = one
    if (found.length >= most) break
  }
  return { found, ...(refused ? { refused } : {}) }
}
