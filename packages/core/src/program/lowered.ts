import type { Events } from '../dataset/dataset.js'
import type { EmbeddingNode, Head, NumbersNode } from '../graph/graph.js'
import type { EncodedInput, LearnedInput } from './encode.js'
import type { History } from './history.js'
import type { RowSource } from './lookup.js'
import type { Program } from './program.js'
import type { HistorySteps } from './steps.js'

/** A program with the internals that the executors of core need in addition to the contract. */
export interface LoweredProgram extends Program {
  /** Operators whose results have been checked once, by the place of their entry in the document. */
  readonly checked: Set<string>
  /** What pretrained vectors cover, one line each. */
  readonly notes: readonly string[]
  readonly inputs: ReadonlyMap<string, LearnedInput>
  /** Additional columns that a head's loss reads, [events] each, by the loss's own names. */
  targets(head: Head): Readonly<Record<string, Float32Array>>
  history(side: 'user' | 'item'): History
  /** The source of the values of an embedding or a numbers node; `bound` has the encoded event inputs. */
  source(node: Pick<EmbeddingNode | NumbersNode, 'input'>, bound: ReadonlyMap<string, EncodedInput>): RowSource
  /** What all users' histories read, for a node that reads them whole. */
  steps(node: EmbeddingNode | NumbersNode): HistorySteps
  /** Encodes the event inputs for these events, by input name. */
  bind(events: Events): ReadonlyMap<string, EncodedInput>
}
