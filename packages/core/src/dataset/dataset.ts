import type { Column } from './column.js'
import type { Ids } from './ids.js'

/** All users or all items: their ids and the columns of their table, row by row in the order of `ids`. */
export interface Entities {
  readonly ids: Ids
  /** Columns of the entity's table by name; cells are missing for ids that the table does not have. */
  readonly columns: ReadonlyMap<string, Column>
  /** The column with display names ("Toy Story"), where the data document names one. */
  readonly nameColumn?: string
}

/** Events, one per row. `user` and `item` are indices into the entities, −1 for an unknown id. */
export interface Events {
  readonly count: number
  readonly user: Int32Array
  readonly item: Int32Array
  /** Times on any increasing scale, usually seconds; NaN missing. Absent where the data has none. */
  readonly time?: Float64Array
  /** What the data calls the column of times; an input of entity "event" reads it by this name, or as "time". */
  readonly timeColumn?: string
  /** Every column other than user, item and time, by name. */
  readonly columns: ReadonlyMap<string, Column>
}

/** A column of events by name; the times under their own name, or as "time" where no other column is called that. */
export const eventColumn = ({ columns, time, timeColumn }: Events, name: string): Column | undefined => {
  const found = columns.get(name)
  if (found || !time) return found
  return name === timeColumn || name === 'time' ? { kind: 'number', values: time } : undefined
}

/** Stored candidates: for the pair (user[k], item[k]) the items lists[start[k]] … lists[start[k + 1] − 1]. */
export interface Candidates {
  readonly user: Int32Array
  readonly item: Int32Array
  readonly start: Int32Array
  readonly lists: Int32Array
}

/** Pretrained vectors of one width by id: of users or items, or of words and other values. */
export interface Vectors {
  readonly dim: number
  readonly ids: Ids
  /** One row of `dim` numbers per id, in the order of `ids`. */
  readonly values: Float32Array
  /** The file they were read from, for messages. */
  readonly source: string
}

/**
 * What a program is trained and measured on. Ids come from training events and entity tables; a test row whose id is in
 * neither has index −1. For data without users or items (`entity: "event"` only) both entities are empty.
 */
export interface Dataset {
  readonly users: Entities
  readonly items: Entities
  readonly events: Events
  readonly test?: Events
  readonly candidates?: Candidates
  /** The only users whose events may be held out for validation; absent: all. */
  readonly validationUsers?: Int32Array
  /** Pretrained vectors by the name that the data document gives them. */
  readonly vectors?: ReadonlyMap<string, Vectors>
  /** Contents of `tokenizer.json` files, parsed, by the name that the data document gives them. */
  readonly tokenizers?: ReadonlyMap<string, unknown>
  /** Where the data came from and which rows were rejected, one line each, for display. */
  readonly notes: readonly string[]
}
