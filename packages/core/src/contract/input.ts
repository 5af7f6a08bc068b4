import type { Static, TObject } from 'typebox'
import type { Cell } from '../dataset/column.js'
import type { Vectors } from '../dataset/dataset.js'
import type { Ids } from '../dataset/ids.js'
import type { KerasText } from './keras.js'
import type { Entity, Shape } from './shape.js'
import type { Typed } from './typed.js'
import type { ParamsSchema, Written } from './written.js'

/** What an input may learn from; `Value` is what `encode` is given: a cell, or the cells of several columns. */
export interface InputSource<Value = Cell> {
  readonly entity: Entity
  /** How many of the entity there are. */
  readonly count: number
  /**
   * The column's values: `all` of them (entity tables included), and those of `training` rows, one per event. Empty
   * where the input reads no column.
   */
  readonly all: Iterable<Value>
  readonly training: Iterable<Value>
  /** The names of the columns that the input reads. */
  readonly columns?: readonly string[]
  /** The time of the last training event; absent where events have no times. */
  readonly lastTime?: number
  /** Mean of the target over training rows, where the graph has one target. */
  readonly targetMean?: number
  /** Pretrained vectors and tokenizers of the data, by name. */
  readonly vectors?: ReadonlyMap<string, Vectors>
  readonly tokenizers?: ReadonlyMap<string, unknown>
}

/**
 * What an input of interactions reads, in time order: the other side's entities (the events themselves where the window
 * reads an input of events), and for each the value of a column and its time.
 */
export interface Interactions {
  readonly entities: ArrayLike<number>
  readonly values?: ArrayLike<number>
  readonly times?: ArrayLike<number>
}

/** Which of an entity's interactions an input sees, and how many of them it drops in training. */
export interface HistoryWindow {
  /** The event column that `values` are read from. */
  readonly column?: string
  /** The input reads the times of interactions. */
  readonly times?: boolean
  /** Only those earlier than the example's own event. */
  readonly before: boolean
  /** Share left out at random in training (dropout); the others are scaled up. */
  readonly dropout: number
  /** Standard deviation of Gaussian noise that is added to the values given, in training. Default: 0. */
  readonly noise?: number
  /**
   * Share of the values given that become the least or the greatest of them at random, in training (salt and pepper).
   * Default: 0.
   */
  readonly extremes?: number
  /**
   * Another input, by name: each row given is an entry of its values, which are read in place of the row. Entry 0 is
   * unknown; the entry of an entity or event is 1 more than its place among the entities given to `encode`.
   */
  readonly of?: string
  /** Each interaction gives one row, which does not depend on later interactions. Default: false. */
  readonly causal?: boolean
}

/** Rows of a table (row 0 is unknown; a missing value may have another) with the weight of each (`values`), or numbers only. */
export interface EncodedValue {
  readonly rows?: ArrayLike<number>
  readonly values?: ArrayLike<number>
}

/** What `encode` is given, by what the input reads. */
export interface InputValue {
  /** The index of its entity, −1 unknown. */
  readonly key: number
  readonly column: Cell
  /** The cells of several columns, in the order of the document. */
  readonly columns: readonly Cell[]
  readonly interactions: Interactions
  /** The pretrained vector of its entity's id; undefined where there is none. */
  readonly vector: ArrayLike<number> | undefined
}

/** The values that an input may learn from: cells, or the cells of several columns. */
type Learned<R extends keyof InputValue> = R extends 'columns' ? readonly Cell[] : Cell

/**
 * Turns a key, a column or an entity's interactions into rows of a table or numbers. What it learns from data is plain
 * JSON and goes into the artifact. `learn` and `encode` throw bare sentences, which become errors in the data.
 */
export interface Input<S extends TObject = TObject, State = unknown, R extends keyof InputValue = keyof InputValue> {
  readonly summary: string
  readonly params: S
  /** Rows are looked up by an embedding; numbers feed ops directly. */
  readonly gives: 'rows' | 'numbers'
  readonly reads: R
  /** How many columns an input of several may read; default: one or more. */
  readonly columns?: { readonly least: number; readonly most?: number }
  /** It reads numbers: another cell counts as missing, and is refused where it describes someone new. */
  readonly numeric?: true
  readonly entities: readonly Entity[]
  /** Rows: `[]` one row, `[n]` up to n rows (a name where only data knows). Numbers: the shape of the value. */
  shape(params: Static<S>): Shape
  /** For inputs that read interactions. */
  window?(params: Static<S>): HistoryWindow
  /**
   * Share of entities that a training step reads as unknown, at random, so that the row of unknown ones is trained;
   * keys without training events are then unknown too. For inputs of rows.
   */
  dropout?(params: Static<S>): number
  /** The state, as plain JSON: learned from training rows; ids and vocabularies from entity tables too. */
  learn(params: Static<S>, source: InputSource<Learned<R>>): State
  /** Number of rows of a table that reads this input, "unknown" included; for inputs that give rows. */
  height?(params: Static<S>, state: State): number
  /**
   * The text of each row, undefined where it has none, by which a table may start as pretrained vectors. `ids` are
   * those behind keys: of the entity, or of the other side for interactions.
   */
  labels?(params: Static<S>, state: State, ids: Ids): readonly (string | undefined)[]
  /** Rows from 0 to height − 1, or as many numbers as `shape` says. */
  encode(params: Static<S>, state: State, value: InputValue[R]): EncodedValue
  /**
   * Of an input that reads interactions: `encode` as a function of Python, for what is read in training. Values of
   * other inputs are exported as they are encoded.
   */
  readonly keras?: KerasText
}

/** Defines an input; the types of parameters and ports follow from its schema. */
export const input = <S extends TObject, State, R extends keyof InputValue, const E extends readonly Entity[]>(
  definition: Input<S, State, R> & { readonly entities: E },
) => definition as unknown as Typed<'input', { params: ParamsSchema<Written<S>>; reads: R; entities: E }>
