import type { SequencePlan } from '../graph/sequences.js'

/** The distinct users or items of a step; with histories one entry per example, as each has its own history. */
export interface Axis {
  /** Indices of users or items; −1 is unknown. */
  readonly entities: Int32Array
  /** The training event of each entry, excluded from its history (with all later events for `before`); −1 none. */
  readonly events?: Int32Array
}

/**
 * Sequences of users' events that are read once and give the states of all user entries of a batch. The last one is
 * empty: it gives the state before the first event.
 */
export interface Sequences {
  readonly plan: SequencePlan
  /** The first event of each sequence, as a place in the histories of users, and its number of steps. */
  readonly from: Int32Array
  readonly steps: Int32Array
  /** Steps with padding. */
  readonly length: number
  /** For each user entry the last step that it has seen: sequence · length + step. */
  readonly state: Int32Array
}

/** Rows of a table that each entry of an axis reads. */
export type Lookup =
  | { readonly of: 'one'; readonly rows: Int32Array }
  | {
      readonly of: 'bag'
      readonly start: Int32Array
      readonly rows: Int32Array
      readonly weights: Float32Array
      /** The bags are those of the steps of sequences: step s of entry k is bag k · length + s. */
      readonly steps?: { readonly length: number; readonly mask: Float32Array }
    }
  | {
      readonly of: 'sequence'
      readonly rows: Int32Array
      readonly length: number
      readonly mask: Float32Array
      /** Of each step, for a bag of the steps up to it; absent where all are 1. */
      readonly weights?: Float32Array
    }

/** Pairs of examples with their own item and with negatives that are the same for all of them. */
export interface SharedPairs {
  /** The first columns are the negatives. */
  readonly negatives: number
  /** For each example its entry in `users`, and the column of its own item. */
  readonly user: Int32Array
  readonly own: Int32Array
}

/** The input of a forward pass: two axes, and pairs of indices into them. */
export interface Batch {
  readonly users: Axis
  readonly items: Axis
  /** For each pair its entry in `users` and in `items`; empty where events have no users or items. */
  readonly user: Int32Array
  readonly item: Int32Array
  readonly pairs: number
  /** For each pair the row of the events bound to the program, for inputs of the event itself; −1 none. */
  readonly events?: Int32Array
  /** The pairs are all user entries × all columns: pair k is (⌊k / columns⌋, k mod columns). */
  readonly grid?: boolean
  /** Of a grid, and of shared negatives: the item entry of each column; absent: the item entries are the columns. */
  readonly columns?: Int32Array
  /** The pairs are for each example its own item and then the same negatives as for all others. */
  readonly shared?: SharedPairs
  /** Histories of users are read once for all user entries. */
  readonly sequences?: Sequences
}
