import type { Kernels, Sparse } from '@recspec/kernels'
import type { MatrixArrays } from '../contract/matrix.js'
import type { Progress, SolverState, StepProgress } from '../contract/solver.js'
import type { Dataset, Entities, Events } from '../dataset/dataset.js'
import type { Measured } from '../evaluation/evaluate.js'
import type { EvaluationSpec } from '../evaluation/spec.js'
import type { Graph, TargetValue } from '../graph/graph.js'
import type { LoweredProgram } from '../program/lowered.js'
import type { RestoredWeights } from '../program/restored.js'
import type { MadeBy } from './madeby.js'
import type { PosteriorSample } from './posterior.js'

/** One answer of a model: an entity by its index and id, and its score. */
export interface Ranked {
  readonly index: number
  readonly id: string
  readonly name?: string
  readonly score: number
}

/**
 * Rows of a data set that a model can be measured on: the test rows of the data, those it was trained on, or those that
 * the split of its document holds out with its seed, where the data is the one it was trained with.
 */
export type MeasuredOn = 'test' | 'trained' | 'held-out'

/** What else is measured of a model, or left out. */
export interface MeasureOptions {
  /** An input that the model is not to see. */
  readonly without?: string
  /** Names of `segmentations`. */
  readonly segments?: readonly string[]
  /** Whether the contributions of users are kept (`Measured.units`). */
  readonly units?: boolean
  /** How it is measured instead of as its document says. */
  readonly evaluation?: Partial<Pick<EvaluationSpec, 'metrics' | 'candidates'>>
}

/** Metrics of a model under a protocol; only numbers of the same protocol are comparable. */
export interface Evaluation extends Measured {
  /** For a graph with several heads: those whose predictions and rankings were measured. */
  readonly head?: { readonly predictions?: string; readonly rankings?: string }
  /** Number of measured rows that the model was trained on, if any: they bias the metrics upwards. */
  readonly trained?: number
}

/** The place of a solver's progress in the whole run. */
export interface RunPlace {
  readonly phase: number
  readonly phases: number
  readonly solver: string
  /** Since training began. */
  readonly seconds: number
}

/** A report of a solver, with its place in the run. */
export interface Report extends Progress, RunPlace {}

/** Where a solver is within an epoch, with its place in the run. */
export interface StepReport extends StepProgress, RunPlace {}

/** The progress of a phase: its last epoch, the planned epochs, and the best epoch with early stopping. */
export type Outcome = Pick<Report, 'solver' | 'epoch' | 'epochs' | 'best'>

/** An interval in solver steps (optimizer step, half iteration of least squares, or sweep) or in time. */
export type Interval = { readonly steps: number } | { readonly seconds: number }

export interface TrainOptions {
  /** Default 0. */
  readonly seed?: number
  /** From `openKernels`; the caller closes them after the model. */
  readonly kernels: Kernels
  /** How the data is named, which the model keeps beside the versions (`MadeBy.data`); no digest covers it. */
  readonly source?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Bytes that training may use, without the host program; a Failure before anything is allocated if it needs more. */
  readonly budget?: number
  readonly resume?: Checkpoint
  /** Parts of the test rows that are measured too: names of `segmentations`. */
  readonly segments?: readonly string[]
  /** Whether the evaluation keeps what each user contributes (`Measured.units`); it is not saved. */
  readonly units?: boolean
  /** How often `onCheckpoint` gets the bytes of a checkpoint; training that resumes from it ends in the same bytes. */
  readonly checkpointEvery?: Interval
  onCheckpoint?(file: Uint8Array): Promise<void>
  /** Called after every epoch, sweep or sample. */
  onReport?(report: Report): void
  /**
   * Called when an epoch begins, and then several times a second of the epoch; a solver of a plugin may not tell. It
   * informs: training does not depend on it.
   */
  onStep?(report: StepReport): void
}

/** The state of a run without its weights. */
export interface RunState {
  readonly phase: number
  /** Steps of the phase that were taken. */
  readonly step: number
  /** Fingerprint of the training rows: a run resumes only with the same rows. */
  readonly data: number
  readonly state: SolverState
  /** Outcomes of the phases started so far. */
  readonly outcomes: readonly Outcome[]
}

/** The state of a run; `save` of its model writes it too, and `readCheckpoint` reads it back. */
export interface Checkpoint extends RunState {
  readonly weights: ReadonlyMap<string, Float32Array>
  /** The shape of each weight, where the checkpoint was read from a file. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>
  /** The arrays of ops with a matrix, where they are computed. */
  readonly matrices?: ReadonlyMap<string, MatrixArrays>
  /** Posterior samples reported so far, in a phase that samples. */
  readonly samples?: readonly PosteriorSample[]
}

/** What `train` resolves to. */
export interface Trained {
  readonly model: Model
  /** Absent without test rows, or where evaluation failed. */
  readonly evaluation?: Evaluation
  /** Why evaluation failed; the model is trained nevertheless. */
  readonly evaluationError?: unknown
  /** Seconds of training, without reading data and without evaluation. */
  readonly seconds: number
  /** Training events. */
  readonly rows: number
  readonly backend: string
  /** What was found in the data, one line each: how many rows have a pretrained vector. */
  readonly notes: readonly string[]
  /** Outcome of every started phase, in order. */
  readonly outcomes: readonly Outcome[]
  /** Set where the signal stopped training: the model has the weights learned so far. */
  readonly interrupted?: Checkpoint
}

/** One entity of a vector sum. */
export interface QueryTerm {
  readonly entity: 'user' | 'item'
  readonly index: number
  readonly weight: number
}

/** An interaction: an entity of the other side, and its value in the scale of the target or history where read. */
export interface Interaction {
  readonly index: number
  readonly value?: number
}

/**
 * A user or item that the model was not trained on: the columns that describe it, as the data writes them, and its
 * interactions, oldest first. A column that is left out or null is missing.
 */
export interface NewEntity {
  readonly columns?: Readonly<Record<string, string | number | boolean | null>>
  readonly interactions?: readonly Interaction[]
}

/** A user or item that `withNew` adds to a model, by an id that is new, with the name to show. */
export interface NewRow extends Pick<NewEntity, 'columns'> {
  readonly id: string
  readonly name?: string
}

/** Contributions to the score of an item for a user: the last two lists sum to `score`. */
export interface Explanation {
  /** Score with the user's exact vector: the minimum of the objective with all else frozen. */
  readonly score: number
  /** Score with the user's trained vector. */
  readonly stored: number
  /** Contribution of each past interaction, in descending order. */
  readonly because: readonly Ranked[]
  /** Contributions that do not depend on interactions: item biases, constants, unobserved cells. */
  readonly besides: readonly { readonly name: string; readonly score: number }[]
}

/** What everyone is recommended. */
export interface RecommendAllOptions {
  /** Whether items of the training data are recommended too; default false. */
  readonly seen?: boolean
  /** The items to choose from; default: all. */
  readonly among?: Int32Array
}

/** What everyone is recommended: the k best of some items, without those that `skip` has of each user. */
export interface Everyone {
  /** The users of whom the model knows something. */
  readonly users: Int32Array
  readonly k: number
  /** Ascending. */
  readonly items: Int32Array
  /** Items to leave out, by user; absent: none. */
  readonly skip?: Sparse | undefined
}

/** The best items of some users: row u of `items` and `scores` is that of `users[u]`, −1 and −∞ where it is shorter. */
export interface RecommendedBlock {
  readonly users: Int32Array
  /** [users, k]. */
  readonly items: Int32Array
  readonly scores: Float32Array
}

/** Vectors of one side, [count, width]. */
export interface SideVectors {
  readonly values: Float32Array
  readonly width: number
  /** What the score adds to the product of two rows; 0 for the values of a table. */
  readonly constant: number
  /**
   * How many numbers of a row, from its first, entities of one side are compared by; biases and what they face follow.
   */
  readonly shared: number
}

/** How a model is saved. */
export interface SaveOptions {
  /**
   * Leaves out training interactions and validation rows. `recommend` can then not exclude the items of a user, and
   * `why`, `evaluate`, and scores that read histories throw a Failure; all other answers are unchanged.
   */
  readonly compact?: boolean
}

/**
 * A trained graph that answers. Indices are positions in `users.ids` and `items.ids`. `k` is a positive integer, at
 * most the number of entities is returned; another `k` throws a Failure.
 */
export interface Model {
  readonly graph: Graph
  readonly users: Entities
  readonly items: Entities
  /** The classes that `predict` gives probabilities of, where the predicted target has classes. */
  readonly classes?: readonly TargetValue[]
  /** The evaluation after training, with its protocol; absent before. */
  readonly evaluation?: Evaluation
  readonly seed: number
  /** The versions that trained it. */
  readonly madeBy: MadeBy
  /** The file was saved without the training interactions. */
  readonly compact: boolean
  /** Shapes of tables and weights by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** What answers: the trained program, or one for each posterior sample, whose predictions are averaged. */
  readonly programs: readonly LoweredProgram[]

  /**
   * Predictions of pairs in the target's scale: mapped back from `range` and clipped; probabilities where the loss
   * predicts them, of a target with classes one for each of `classes`, pair by pair: [pairs, classes]. −1 is unknown.
   * `events`: rows that inputs of the event itself are read from.
   */
  predict(users: Int32Array, items: Int32Array, events?: Events): Float32Array
  /**
   * The best items for a user, without those of the training data unless `seen`. Scores are in the target's scale where
   * the head has a target, as of `predict`; the order is that of the raw scores. Throws a Failure for an unknown user,
   * and for one of whom the model knows nothing: the list would be everybody's (`recommendFor` gives it). `among`:
   * the items to choose from; default: all.
   */
  recommend(user: number, k: number, seen?: boolean, among?: Int32Array): Promise<readonly Ranked[]>
  /** The best items of every user of whom the model knows something, block by block; scores as of `recommend`. */
  recommendAll(k: number, options?: RecommendAllOptions): AsyncIterable<RecommendedBlock>
  /** What `recommendAll` ranks, for engines that rank by `vectors` outside of the process. */
  everyone(k: number, options?: RecommendAllOptions): Everyone
  /**
   * Nearest entities of the same side, itself left out. Needs a score that factorizes, or the name of a table or of
   * another node of this side whose vectors are compared.
   */
  similar(entity: 'user' | 'item', index: number, k: number, by?: Nearness, table?: string): Promise<readonly Ranked[]>
  /**
   * The vectors of a side, a row for each entity in the order of its ids. The score of a user and an item is the dot
   * product of their rows plus `constant`; of `table`, a table or another node of this side, its values.
   */
  vectors(side: 'user' | 'item', table?: string): SideVectors
  /** The vector sum's best items (`of: 'item'`) or nearest users; entities named in the sum are left out. */
  query(terms: readonly QueryTerm[], k: number, of: 'user' | 'item', by?: Nearness): Promise<readonly Ranked[]>
  /** The columns that describe a new user or item. */
  columnsOf(side: 'user' | 'item'): readonly string[]
  /**
   * The best items for a new user; those of its interactions are excluded unless `seen`. Columns are read where the
   * graph reads them; interactions by its histories, else by fold-in.
   */
  recommendFor(user: NewEntity, k: number, seen?: boolean, among?: Int32Array): Promise<readonly Ranked[]>
  /** Nearest entities of a new user or item. Needs a score that factorizes. */
  similarTo(side: 'user' | 'item', entity: NewEntity, k: number, by?: Nearness): Promise<readonly Ranked[]>
  /**
   * The vector of a new user or item. With interactions that the score reads by id: fold-in, exact where it is bilinear
   * in tables of ids under a quadratic loss: the concatenated rows that minimize the objective with all else frozen.
   * Otherwise, by columns and histories, the vector that the score multiplies with that of the other side.
   */
  foldIn(side: 'user' | 'item', entity: NewEntity): Float32Array
  /**
   * The model with new users and items, described by columns, after its own: every answer has them, and so has the file
   * that it saves.
   */
  withNew(rows: { readonly users?: readonly NewRow[]; readonly items?: readonly NewRow[] }): Model
  /** Contributions to a score, for scores bilinear in tables of ids under a quadratic loss (Hu et al., 2008). */
  why(user: number, item: number): Explanation
  /**
   * Measures on the test rows of a data set read with this model's ids, or on its rows that the model was trained on,
   * which shows the fit, not the quality of predictions. `without` names an input that the model is not to see: every
   * id and value of it is unknown, every history empty; nothing is trained again, and the baseline is not measured.
   * `segments`: parts of these rows that are measured too, names of `segmentations`.
   */
  evaluate(data: Dataset, on?: MeasuredOn, options?: MeasureOptions): Promise<Evaluation>
  /**
   * The model with weights that another program trained, named and shaped as its own, and not measured yet; `engine`
   * says what trained them. Throws an `ArtifactError` where names or shapes differ.
   */
  withWeights(weights: RestoredWeights, engine: string): Model
  /** The model with an evaluation, which is saved with it. */
  withEvaluation(evaluation: Evaluation): Model
  /** The artifact, the bytes of one file. */
  save(options?: SaveOptions): Promise<Uint8Array>
}

/** Similarity of two vectors: the dot product that ranks, the cosine, or the negated Euclidean distance. */
export type Nearness = 'dot' | 'cosine' | 'euclidean'
