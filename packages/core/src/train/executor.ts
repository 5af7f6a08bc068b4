import type { Schedule } from '../schedule/index.js'

/** The parameters that all gradient solvers share. */
export interface DescentParams {
  readonly learningRate: Schedule
  readonly epochs: number
  /** Default: 1 in the fused executor where possible, otherwise 256. */
  readonly batchSize?: number
  /** Decoupled weight decay: a step multiplies weights by 1 − rate · weightDecay; default 0. */
  readonly weightDecay?: number
  /** Maximum norm of the gradient of a step; default none. */
  readonly clipNorm?: number
  readonly stop?: { readonly metric: string; readonly patience: number }
}

/** Steps taken in the current epoch, and their summed loss. */
export interface Position {
  readonly steps: number
  readonly loss: number
}

/** Trains for one epoch at a time; both executors take the same steps for the same batches. */
export interface Executor {
  readonly examples: number
  /** Optimizer steps of one epoch. */
  readonly steps: number
  /**
   * Continues from `begun` to the end of the epoch, or until the signal. Loss is summed over examples, without l2.
   * `moved` is told of positions between them.
   */
  epoch(
    number: number,
    rate: (step: number) => number,
    signal: AbortSignal | undefined,
    begun: Position,
    moved: (position: Position) => void,
  ): Promise<Position>
  /** Optimizer state by name: the live arrays, not copies. */
  readonly state: ReadonlyMap<string, Float32Array>
}
