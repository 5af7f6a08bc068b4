import type { Static, TObject } from 'typebox'
import type { Problem } from '../graph/problem.js'
import type { Program } from '../program/program.js'
import type { KerasText } from './keras.js'
import type { LeastSquares } from './leastsquares.js'
import type { Typed } from './typed.js'
import type { ParamsSchema, Written } from './written.js'

/** One report of a fit: after an epoch, a sweep or a sample. */
export interface Progress {
  /** Counted from 1 within the phase, and how many are planned. */
  readonly epoch: number
  readonly epochs: number
  /** Optimizer steps of the phase so far. */
  readonly step: number
  /** The objective per example, l2 included. Never NaN: a solver throws instead. */
  readonly loss: number
  /** Examples since the last report. */
  readonly examples: number
  readonly metrics?: Readonly<Record<string, number>>
  /** With early stopping: the best epoch so far, whose weights the phase would end with. */
  readonly best?: number
  /** The epoch is not over: the signal or `reportDue` asked for the report. */
  readonly partial?: boolean
  /**
   * From a solver whose `kind` is `samples`: the current weights are one draw of the posterior. Core copies what the
   * phase trains; scores are then means over the copies, which are saved with the model.
   */
  readonly sample?: PosteriorSample
  /** The engine that trained in place of this process, with its version; the model keeps it. */
  readonly engine?: string
  /** Everything needed to resume with equal bits, except the program's weights; all numbers are finite. */
  state(): SolverState
}

/** What belongs to one draw of the posterior in addition to the weights. */
export interface PosteriorSample {
  /** Standard deviation of the noise around a score, in the loss's scale; absent: the loss's own `deviation`. */
  readonly deviation?: number
}

/** Where a solver is within an epoch. */
export interface StepProgress {
  /** Counted from 1 within the phase, and how many are planned. */
  readonly epoch: number
  readonly epochs: number
  /** Optimizer steps of the phase so far. */
  readonly step: number
  /** The mean loss of the epoch's examples so far, with the penalty at its start; absent before the first example. */
  readonly loss?: number
  /** Examples of the epoch so far, and of the whole epoch. */
  readonly examples: number
  readonly total: number
}

/** Named arrays and plain numbers; what a checkpoint keeps of a solver. */
export interface SolverState {
  readonly numbers: Readonly<Record<string, number>>
  readonly arrays: Readonly<Record<string, Float32Array>>
}

/** Options of a fit. */
export interface FitOptions {
  readonly seed: number
  /** Which phase of the document this is, from 0: part of every random key. */
  readonly phase: number
  readonly signal?: AbortSignal
  readonly resume?: SolverState
  /**
   * Whether a report is wanted after this step within an epoch, because a checkpoint is due: a solver asks after every
   * step that it can resume from, reports with `partial`, and continues.
   */
  readonly reportDue?: (step: number) => boolean
  /**
   * Shows progress within an epoch. A solver calls it when an epoch begins and then about as often as it yields to the
   * event loop; one that does not is shown by its reports alone.
   */
  readonly onStep?: (progress: StepProgress) => void
  /**
   * Measures metrics on validation rows with the current weights, or with the mean over samples once the phase has
   * reported any; absent where the document asks for none.
   */
  readonly validate?: () => Promise<Readonly<Record<string, number>>>
}

/** One part of the memory that training takes. */
export interface MemoryPart {
  /** What takes it, as an error names it: `optimizer state`. */
  readonly name: string
  readonly bytes: number
  /** Whether it lies in the kernels' memory, which ends at `Kernels.maxBytes`. */
  readonly inKernels?: boolean
  /** A change to the document that makes it smaller, as a hint names it; absent: smaller tables or weights do. */
  readonly remedy?: string
}

/** Sizes of the data that a phase is trained on, known before anything is allocated. */
export interface MemorySizes {
  readonly users: number
  readonly items: number
  /** Training events. */
  readonly events: number
  /** Threads of the kernels. */
  readonly threads: number
  /** Rows of a table. */
  height(table: string): number
  /** Rows that an entry of an input has: on average, and at most. */
  rows(input: string): { readonly mean: number; readonly most: number }
}

/** Minimizes the objective of a graph, or samples from its posterior. */
export interface Solver<S extends TObject = TObject> {
  readonly summary: string
  readonly params: S
  /** A phase that samples must be the last one. */
  readonly kind: 'minimises' | 'samples'
  /** Why this solver cannot train the problem: a bare sentence, found at compile time. */
  rejects?(params: Static<S>, problem: Problem): string | undefined
  /** Metrics to be measured on validation rows during training; rows are held out for that only where a phase asks. */
  validates?(params: Static<S>): readonly string[]
  /** How the problem will be solved, one short sentence for `recspec explain`. */
  plan?(params: Static<S>, problem: Problem): string
  /**
   * What `fit` takes beside tables, weights and samples, in parts; sizes follow from the parameters and the data alone.
   * Default:
   * twice what the phase trains.
   */
  memory?(params: Static<S>, problem: Problem, sizes: MemorySizes): readonly MemoryPart[]
  /** How many samples it reports, where its `kind` is `samples`. */
  samples?(params: Static<S>): number
  /**
   * The problem for an engine that alternates least squares, or why such an engine cannot solve it: a bare sentence.
   * Absent: no engine takes the place of this solver.
   */
  leastSquares?(params: Static<S>, problem: Problem): string | ((program: Program) => LeastSquares)
  /** Of a gradient solver: its optimizer in Keras, a class of `Optimizer`; absent: Keras does not train the phase. */
  readonly keras?: KerasText
  /** Trains the program's weights in place. Fold-in of new users is core's: it follows from the objective. */
  fit(params: Static<S>, problem: Problem, program: Program, run: FitOptions): AsyncIterable<Progress>
}

/** Defines a solver; the types of parameters and ports follow from its schema. */
export const solver = <S extends TObject>(definition: Solver<S>) =>
  definition as unknown as Typed<'solver', { params: ParamsSchema<Written<S>> }>
