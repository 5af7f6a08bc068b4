import type { Column } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Graph, InputNode } from '../graph/graph.js'

/** Something in a data set that is likely a mistake: nothing is refused for it. */
export interface Finding {
  /** The name of the rule, such as `constant`. */
  readonly rule: string
  /** One sentence with names and counts. */
  readonly message: string
  readonly hint?: string
  readonly entity?: 'user' | 'item' | 'event'
  readonly column?: string
  /** Number of rows, entities or values that it is about. */
  readonly count: number
}

/** What rules look at: the data, the graph that reads it where there is one, and the columns that count. */
export interface Linted {
  readonly data: Dataset
  readonly graph?: Graph
  /** The columns that inputs of the graph read; without a graph all columns. */
  readonly columns: readonly LintedColumn[]
}

/** A column of a table, or of the events. */
export interface LintedColumn {
  readonly entity: 'user' | 'item' | 'event'
  readonly name: string
  readonly column: Column
  readonly rows: number
  /** The input that reads it. */
  readonly input?: InputNode
}

/** A rule finds things of one kind. */
export type Rule = (linted: Linted) => Iterable<Finding>

/** A rule that finds things of one kind in a document, whatever the data. */
export type DocumentRule = (graph: Graph) => Iterable<Finding>

/** `item column "year"`, `event column "rating"`. */
export const called = ({ entity, name }: Pick<LintedColumn, 'entity' | 'name'>): string => `${entity} column "${name}"`

/** A count with grouped thousands. */
export const grouped = (count: number): string => count.toLocaleString('en-US')
