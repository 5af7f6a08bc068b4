import type { Purpose } from '../document/entries.js'

/** A query of a data document, and the name of the environment variable that has its connection. */
export interface Query {
  readonly text: string
  readonly connection: string
}

/** What PostgreSQL's cells of a column are, as far as text does not say it. */
export type CellKind = 'text' | 'boolean' | 'time'

/** The rows of a query as a file of CSV, one column of it for each of the query. */
export interface QueryRows {
  readonly path: string
  readonly columns: readonly { readonly name: string; readonly kind: CellKind }[]
}

/** Names what a query gives in messages and reports: `data.json#/events`. */
export const queryPlace = (document: string, purpose: Purpose, name?: string): string =>
  `${document}#/${purpose}${name === undefined ? '' : `/${name}`}`
