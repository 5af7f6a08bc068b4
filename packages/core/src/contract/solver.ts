import type { Static, TObject } from 'typebox'
import type { Head } from '../graph/graph.js'
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
  /** Everything needed to go on from here bit-equal, as arrays by name. Weights are the program's. */
  state(): SolverState
}

/** Named arrays and plain numbers; what a checkpoint keeps of a solver. */
export interface SolverState {
  readonly numbers: Readonly<Record<string, number>>
  readonly arrays: Readonly<Record<string, Float32Array>>
}

/** What a fit is given beside the problem. */
export interface Run {
  readonly seed: number
  /** Which phase of the document this is, from 0: part of every random key. */
  readonly phase: number
  readonly signal?: AbortSignal
  readonly resume?: SolverState
  /** Metrics on validation rows with the weights as they are; absent where the document asks for none. */
  readonly validate?: () => Promise<Readonly<Record<string, number>>>
}

/** Something that minimises (or samples) the objective of a graph. */
export interface Solver<S extends TObject = TObject> {
  readonly summary: string
  readonly params: S
  readonly kind: 'minimises' | 'samples'
  /** Why this solver cannot train the problem: a bare sentence, found at compile time. */
  rejects?(params: Static<S>, problem: Problem): string | undefined
  /** Metrics it wants measured on validation rows while it works; rows are set aside for that only where some phase asks. */
  validates?(params: Static<S>): readonly string[]
  /** How it will go about it, for `recspec explain`: a short sentence. */
  plan?(params: Static<S>, problem: Problem): string
  /** Trains the program's weights in place. */
  fit(params: Static<S>, problem: Problem, program: Program, run: Run): AsyncIterable<Progress>
  /** The exact vector of someone new, from interactions. */
  foldIn?(params: Static<S>, head: Head, program: Program, interactions: ArrayLike<number>): Float32Array
}

/** Checks a solver's types without losing them. */
export const solver = <S extends TObject>(definition: Solver<S>) => definition as unknown as Solver
