import type { Static, TObject } from 'typebox'
import type { Problem } from '../graph/problem.js'
import type { Program } from '../program/program.js'

/** One report of a fit: after an epoch, a sweep or a sample. */
export interface Progress {
  /** Counted from 1 within the phase, and how many are planned. */
  readonly epoch: number
  readonly epochs: number
  /** Optimizer steps of the phase so far. */
  readonly step: number
  /** The objective per example, l2 included; NaN never: a solver throws instead. */
  readonly loss: number
  /** Examples that were worked on since the last report. */
  readonly examples: number
  readonly metrics?: Readonly<Record<string, number>>
  /** Of a solver that stops early: the epoch whose weights its phase will end with, as things stand. */
  readonly best?: number
  /** The epoch is not over: the signal or `due` asked for the report, and training goes on from within it. */
  readonly partial?: boolean
  /**
   * Reported by a solver whose `kind` is `samples`, when the weights as they are now are one draw of the posterior. Core copies
   * what the phase trains at once; scores are means over the copies of the phase from then on, which are saved with the model.
   */
  readonly sample?: PosteriorSample
  /** Everything needed to go on from here bit-equal, as arrays by name; numbers are finite. Weights are the program's. */
  state(): SolverState
}

/** What belongs to one draw of the posterior beside the weights. */
export interface PosteriorSample {
  /** Standard deviation of the noise around a score, in the loss's scale; absent: the loss's own `deviation`. */
  readonly deviation?: number
}

/** Named arrays and plain numbers; what a checkpoint keeps of a solver. */
export interface SolverState {
  readonly numbers: Readonly<Record<string, number>>
  readonly arrays: Readonly<Record<string, Float32Array>>
}

/** What a fit is given beside the problem. */
export interface FitOptions {
  readonly seed: number
  /** Which phase of the document this is, from 0: part of every random key. */
  readonly phase: number
  readonly signal?: AbortSignal
  readonly resume?: SolverState
  /**
   * Whether a report is wanted after this step although no epoch is over, because a checkpoint is due: a solver asks wherever it
   * could go on from, reports, and continues.
   */
  readonly reportDue?: (step: number) => boolean
  /**
   * Metrics on validation rows with the weights as they are, or, once the phase has reported samples, with their means;
   * absent where the document asks for none.
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

/** Something that minimises (or samples) the objective of a graph. */
export interface Solver<S extends TObject = TObject> {
  readonly summary: string
  readonly params: S
  /** A phase that samples is the last one: its weights are many. */
  readonly kind: 'minimises' | 'samples'
  /** Why this solver cannot train the problem: a bare sentence, found at compile time. */
  rejects?(params: Static<S>, problem: Problem): string | undefined
  /** Metrics it wants measured on validation rows while it works; rows are set aside for that only where some phase asks. */
  validates?(params: Static<S>): readonly string[]
  /** How it will go about it, for `recspec explain`: a short sentence. */
  plan?(params: Static<S>, problem: Problem): string
  /**
   * What `fit` takes beside tables, weights and samples, in parts; sizes follow from the parameters and the data alone. Default:
   * twice what the phase trains.
   */
  memory?(params: Static<S>, problem: Problem, sizes: MemorySizes): readonly MemoryPart[]
  /** How many samples it reports, where its `kind` is `samples`. */
  samples?(params: Static<S>): number
  /** Trains the program's weights in place. The vector of someone new follows from the graph's objective, whatever the solver: core folds in. */
  fit(params: Static<S>, problem: Problem, program: Program, run: FitOptions): AsyncIterable<Progress>
}

/** Checks a solver's types without losing them. */
export const solver = <S extends TObject>(definition: Solver<S>) => definition as unknown as Solver
