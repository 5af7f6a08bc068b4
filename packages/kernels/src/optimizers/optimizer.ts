import type { optimizerCodes } from '../boundary.generated.js'

/** Up to three parameters of an optimizer; each optimizer says what its own are. */
export type OptimizerParameters = readonly [number, number, number]

/**
 * An update rule with its parameters: how a row of weights follows its gradient. `rule` is the reference that defines
 * it; `kernel` names its compiled kernel, and without one the reference runs everywhere.
 */
export interface Optimizer {
  readonly name: string
  readonly parameters: OptimizerParameters
  readonly rule: OptimizerReference
  readonly kernel?: keyof typeof optimizerCodes
}

/** A table [height, width] that an optimizer updates, and its state [height, `slots`]. */
export interface OptimizedTable {
  readonly values: Float32Array
  readonly state: Float32Array
  readonly width: number
}

/** One row that takes a step: `width` numbers of `values` from `at`, and its state in `state` from `slot`. */
export interface OptimizerRow {
  readonly values: Float32Array
  readonly at: number
  readonly state: Float32Array
  readonly slot: number
  readonly width: number
}

/** The reference of an optimizer: the state of a row, and its step in float64 on float32 storage. */
export interface OptimizerReference {
  /** Numbers of state for a row of `width`. */
  slots(parameters: OptimizerParameters, width: number): number
  /** Initial value of every number of state. */
  initial(parameters: OptimizerParameters): number
  /** Moves the row against its gradient; `step` counts from 1. */
  update(parameters: OptimizerParameters, row: OptimizerRow, gradient: Float64Array, rate: number, step: number): void
  /** beta1^step and beta2^step, for bias correction; absent: there is none. */
  betaPowers?(parameters: OptimizerParameters, step: number): readonly [number, number]
  /** Whether all numbers of a row have one step size, which follows from the row's gradient. */
  oneStepSize?(parameters: OptimizerParameters): boolean
  /** How steps move rows that they do not read; absent: such rows stay. */
  readonly deferred?: DeferredUpdates
}

/** Deferred updates: rows that move without being read catch up before they are read, and at the end of a pass. */
export interface DeferredUpdates {
  /** What missed steps of a pass do to a row, four numbers for each count of steps; `before`: steps before the pass. */
  table(parameters: OptimizerParameters, rates: Float64Array, before: number): Float64Array
  /** Moves a row to where it is after `steps` steps of the pass; `table` is that of the pass. */
  catchUp(parameters: OptimizerParameters, row: OptimizerRow, table: Float64Array, before: number, steps: number): void
  /** Records how many steps of the pass a row has taken. */
  setSteps(row: OptimizerRow, steps: number): void
}

/** The least divisor of a gradient: a gradient whose square underflows in float32 moves nothing far. */
export const MIN_DIVISOR = 1e-19

/** Numbers of state that a row of `width` needs. */
export const slots = ({ rule, parameters }: Optimizer, width: number): number => rule.slots(parameters, width)

/** Initial value of every number of state: 0, or Adagrad's initial accumulator. */
export const initialState = ({ rule, parameters }: Optimizer): number => rule.initial(parameters)

/** Whether a step also moves rows that it does not read. */
export const updatesUnreadRows = ({ rule }: Optimizer): boolean => rule.deferred !== undefined
