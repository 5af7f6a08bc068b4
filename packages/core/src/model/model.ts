import type { Kernels } from '@recspec/kernels'
import type { Progress, SolverState } from '../contract/solver.js'
import type { Dataset, Entities, Events } from '../dataset/dataset.js'
import type { Measured } from '../evaluation/evaluate.js'
import type { Graph } from '../graph/graph.js'
import type { MadeBy } from './madeby.js'
import type { PosteriorDraw } from './posterior.js'

/** One answer of a model: an entity by its index and id, and its score. */
export interface Ranked {
  readonly index: number
  readonly id: string
  readonly name?: string
  readonly score: number
}

/** Rows of a data set that a model may be measured on. */
export type MeasuredOn = 'test' | 'trained'

/** What measuring a model gave, under a protocol whose numbers may be compared with each other and nothing else. */
export interface Evaluation extends Measured {
  /** Of a graph with several heads: the names of those whose predictions and rankings were measured. */
  readonly head?: { readonly predictions?: string; readonly rankings?: string }
  /** Of these, rows that the model was trained on, where there are any: their numbers flatter it. */
  readonly trained?: number
}

/** A solver's progress with its place in the whole run. */
export interface Report extends Progress {
  readonly phase: number
  readonly phases: number
  readonly solver: string
  /** Since training began. */
  readonly seconds: number
}

/** How far a phase came: its last epoch of those planned, and the one it ended with where it stops early. */
export type Outcome = Pick<Report, 'solver' | 'epoch' | 'epochs' | 'best'>

/** After so many steps of a solver (a step of an optimizer, half an iteration of least squares, a sweep), or so much time. */
export type Interval = { readonly steps: number } | { readonly seconds: number }

export interface TrainOptions {
  /** 0 unless said. */
  readonly seed?: number
  /** From `openKernels`; the caller closes them after the model. */
  readonly kernels: Kernels
  readonly signal?: AbortSignal
  /** Bytes that training may take beside the program itself; what needs more is refused before anything is allocated. */
  readonly budget?: number
  readonly resume?: Checkpoint
  /** How often `onCheckpoint` gets the bytes of a file that the run can go on from bit-equal, while it trains. */
  readonly checkpointEvery?: Interval
  onCheckpoint?(file: Uint8Array): Promise<void>
  /** Called after every epoch, sweep or sample. */
  onReport?(report: Report): void
}

/** Where a run stood beside its weights. */
export interface RunState {
  readonly phase: number
  /** Steps of the phase that were taken. */
  readonly step: number
  /** Of the training rows: a run goes on with those it was started with. */
  readonly data: number
  readonly state: SolverState
  /** Of the phases begun so far. */
  readonly outcomes: readonly Outcome[]
}

/** Where a run stood; its model's `save` writes it along, and `readCheckpoint` reads it back. */
export interface Checkpoint extends RunState {
  readonly weights: ReadonlyMap<string, Float32Array>
  /** Of a checkpoint that was read from a file: the shape of each weight. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>
  /** Of a phase that samples: those that it has reported. */
  readonly samples?: readonly PosteriorDraw[]
}

/** What `train` resolves to. */
export interface Trained {
  readonly model: Model
  /** Absent where the document and the data give no test rows, or where measuring failed. */
  readonly evaluation?: Evaluation
  /** Why measuring failed; the model is trained all the same. */
  readonly evaluationError?: unknown
  /** Of training alone, without reading data and without evaluation. */
  readonly seconds: number
  /** Training events. */
  readonly rows: number
  readonly backend: string
  /** Of every phase that was begun, in order. */
  readonly outcomes: readonly Outcome[]
  /** Set when the signal stopped it: the model holds what was learned so far. */
  readonly interrupted?: Checkpoint
}

/** One entity of a vector sum. */
export interface QueryTerm {
  readonly entity: 'user' | 'item'
  readonly index: number
  readonly weight: number
}

/** Something that someone met, with its value in the target's or the history's own scale where the model reads one. */
export interface Interaction {
  readonly index: number
  readonly value?: number
}

/** Why a user's score of an item is what it is: everything in the last two lists adds up to `score`. */
export interface Explanation {
  /** Of the user's exact vector: the one that fits their interactions best, all else held still. */
  readonly score: number
  /** The model's own, whose vector is the one that training left. */
  readonly stored: number
  /** What each past interaction added, most first. */
  readonly because: readonly Ranked[]
  /** What is added whatever the user met: biases of the item, constants, the cells that were not observed. */
  readonly besides: readonly { readonly name: string; readonly score: number }[]
}

/** How a model is saved. */
export interface SaveOptions {
  /**
   * Leaves out the training interactions and the validation rows. `recommend` can then not leave out what a user has, and `why`,
   * `evaluate`, and scores of users or items that are read by their history throw a Failure; everything else answers as before.
   */
  readonly compact?: boolean
}

/**
 * A trained graph that answers. Indices are positions in `users.ids` and `items.ids`. `k` is a positive integer, at most the
 * number of entities is returned; another `k` throws a Failure.
 */
export interface Model {
  readonly graph: Graph
  readonly users: Entities
  readonly items: Entities
  /** What training measured, with the protocol; empty before that. */
  readonly evaluation?: Evaluation
  readonly seed: number
  /** The versions that trained it. */
  readonly madeBy: MadeBy
  /** The file was saved without the training interactions. */
  readonly compact: boolean

  /**
   * Predictions of pairs in the target's scale: mapped back from `range` and clipped; probabilities where the loss predicts
   * them. −1 is unknown. `events`: rows that inputs of the event itself are read from.
   */
  predict(users: Int32Array, items: Int32Array, events?: Events): Float32Array
  /**
   * The best items for a user, without those of the training data unless `seen`. Scores are in the target's scale where
   * the head has a target, as of `predict`; the order is that of the raw scores.
   */
  recommend(user: number, k: number, seen?: boolean): Promise<readonly Ranked[]>
  /** Nearest entities of the same side, itself left out. Needs a score that factorizes. */
  similar(entity: 'user' | 'item', index: number, k: number, by?: Nearness): Promise<readonly Ranked[]>
  /** The vector sum's best items (`of: 'item'`) or nearest users; entities named in the sum are left out. */
  query(terms: readonly QueryTerm[], k: number, of: 'user' | 'item', by?: Nearness): Promise<readonly Ranked[]>
  /** The best items for someone new, from what they met, oldest first; those are left out unless `seen`. */
  recommendFor(interactions: readonly Interaction[], k: number, seen?: boolean): Promise<readonly Ranked[]>
  /**
   * The vector of someone new, from what they met. Exact where the score is bilinear in tables of ids under a loss of squares:
   * the rows that minimise the objective with all else held still, one after the other. Where the side is read by its
   * history, the vector that the score multiplies with the other side's.
   */
  foldIn(side: 'user' | 'item', interactions: readonly Interaction[]): Float32Array
  /** Which past interactions made a score, for bilinear scores in tables of ids under a loss of squares (Hu et al., 2008). */
  why(user: number, item: number): Explanation
  /**
   * Measures on the test rows of a data set read with this model's ids, or on those of its other rows that the model was
   * trained on: how well it fits, not how well it predicts.
   */
  evaluate(data: Dataset, on?: MeasuredOn): Promise<Evaluation>
  /** The artifact, the bytes of one file. */
  save(options?: SaveOptions): Promise<Uint8Array>
}

/** How near two vectors are: the product the model ranks by, the angle, or the distance (negated, so that more is nearer). */
export type Nearness = 'dot' | 'cosine' | 'euclidean'
