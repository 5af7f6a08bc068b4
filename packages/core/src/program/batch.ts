/** The distinct users or items of a step; with histories, one entry per example, because each sees its own past. */
export interface Axis {
  /** −1 is someone unknown. */
  readonly entities: Int32Array
  /** The training event whose history this is: left out of it, with all later ones where an input says so; −1 none. */
  readonly events?: Int32Array
}

/** Rows of a table for every entry of an axis. */
export type Lookup =
  | { readonly of: 'one'; readonly rows: Int32Array }
  | { readonly of: 'bag'; readonly start: Int32Array; readonly rows: Int32Array; readonly weights: Float32Array }
  | { readonly of: 'sequence'; readonly rows: Int32Array; readonly length: number; readonly mask: Float32Array }

/** Everything a forward pass is about: two axes, and pairs of indices into them. */
export interface Batch {
  readonly users: Axis
  readonly items: Axis
  /** For each pair its entry of `users` and of `items`; empty where no event has any. */
  readonly user: Int32Array
  readonly item: Int32Array
  readonly pairs: number
  /** For each pair the row of the events bound to the program, for inputs of the event itself; −1 none. */
  readonly events?: Int32Array
  /** Every user entry meets every item entry: pair k is (⌊k / items⌋, k mod items). */
  readonly grid?: boolean
}
