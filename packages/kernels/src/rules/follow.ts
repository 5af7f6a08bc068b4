import type { Rule } from '../kernels.js'

/** One row that takes a step: `width` numbers of `values` from `at`, and its state in `state` from `slot`. */
export interface Place {
  readonly values: Float32Array
  readonly at: number
  readonly state: Float32Array
  readonly slot: number
  readonly width: number
}

/** What one optimizer rule is: the state of a row, and its step in float64 on float32 storage. */
export interface Follow {
  /** Numbers of state for a row of `width`. */
  slots(parameters: Rule['parameters'], width: number): number
  /** What every number of state starts as. */
  initial(parameters: Rule['parameters']): number
  /** Moves the row along −gradient; `step` counts from 1. */
  move(parameters: Rule['parameters'], place: Place, gradient: Float64Array, rate: number, step: number): void
  /** What the moments of a step are divided by is 1 less each of these; absent: they are taken as they are. */
  powers?(parameters: Rule['parameters'], step: number): readonly [number, number]
  /** Whether all numbers of a row move at one rate, found from the row's gradient before any of them moves. */
  wholeRow?(parameters: Rule['parameters']): boolean
  /** What a row does in steps that do not read it; absent: nothing. */
  readonly missed?: Missed
}

/** Rows that move without being read are brought up before they are read, and at the end of a pass. */
export interface Missed {
  /** Brings a row to where it is once `taken` steps of the pass are over; `table` is what the rule makes of the pass. */
  bring(parameters: Rule['parameters'], place: Place, table: Float64Array, before: number, taken: number): void
  /** Says how many steps of the pass a row has taken. */
  setTaken(place: Place, taken: number): void
}

/** The least divisor of a gradient: a gradient whose square vanishes in float32 moves nothing far. */
export const LEAST = 1e-19
