import type { FusedLoss } from '@recspec/kernels'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Static, TObject } from 'typebox'
import type { KerasText } from './keras.js'
import type { Negatives } from './negatives.js'
import type { Ports, PortValues } from './ports.js'
import type { Typed } from './typed.js'
import type { Value } from './value.js'
import type { ParamsSchema, Written } from './written.js'

/**
 * The examples that a loss is summed over.
 * `of`: an example is an `event`, a whole `row` (of a user, or of an item where the head reads histories of items), or
 * a `cell` of users × items.
 * `items`: the example's `own` items; a positive and `sampled` negatives; the positives of the batch (`in-batch`);
 * `all` items; `none` where no item is read.
 *
 * Shapes of the scores, for n examples:
 * - event + own, cell: [n]
 * - event + sampled: [n, 1 + count · hard], the positive first
 * - event + in-batch: [n, n], positives on the diagonal
 * - row + own: [cells], the observed cells of all rows
 * - row + sampled: [cells · (1 + count)], every observed cell followed by its negatives
 * - row + all, event + all: [n, items]
 *
 * For a head with `"examples": "sequences"`, n is the number of events in the sequences of a batch.
 */
export interface Examples {
  readonly of: 'event' | 'row' | 'cell'
  readonly items: 'own' | 'sampled' | 'in-batch' | 'all' | 'none'
  readonly negatives?: Negatives
  /**
   * How often an example reads its user and its own item in the counts of l2: default 1 (an item drawn as negative: 1).
   */
  readonly reads?: { readonly user: number; readonly item: number }
  /** Of cells: which of them count in l2, `all` by their weights (default), or the `observed` ones. */
  readonly counted?: 'all' | 'observed'
}

/** The labels of scores of all users of a batch with all its items, without an array of their shape; int32. */
export interface GridLabels {
  /** The column of each example's own item. */
  readonly own: Tensor1D
  /** Columns that do not count, row by row: row r has those from start[r] to start[r + 1] − 1. */
  readonly excluded?: { readonly start: Tensor1D; readonly columns: Tensor1D }
  /** Log-q of each column. */
  readonly logQ?: Tensor1D
  /**
   * Where items occur several times: the entries of the item axis that are the columns, each item once, and how many
   * examples have it.
   */
  readonly distinct?: { readonly entries: Tensor1D; readonly counts: Tensor1D }
}

/** The labels of examples that share their negatives, without an array of the shape of the scores; int32. */
export interface SharedLabels {
  /** Negatives that do not count, example by example: example e has those from start[e] to start[e + 1] − 1. */
  readonly excluded?: { readonly start: Tensor1D; readonly columns: Tensor1D }
  /** Log-q of each example's own item, and of each negative; float32. */
  readonly logQ?: { readonly own: Tensor1D; readonly negatives: Tensor1D }
}

/** The observed cells of rows as lists: row r has those from start[r] to start[r + 1] − 1; int32. */
export interface RowLabels {
  readonly start: Tensor1D
  /** The columns, of scores with all items; an item that a row has twice is twice in it. */
  readonly columns: Tensor1D
}

/**
 * What `apply` reads in addition to the scores; all tensors but those of `grid`, `shared` and `rows` have the shape of
 * the scores.
 */
export interface Labels {
  /** The head's target in the loss's scale; of a target with classes the index of the class. */
  readonly target?: Tensor
  /** 1 where the cell was observed, 0 elsewhere. */
  readonly positive?: Tensor
  /** Log of the probability with which a negative was sampled, where the negatives say `correct`. */
  readonly logQ?: Tensor
  /** Where the examples are compared with the items of the batch, or with all items. */
  readonly grid?: GridLabels
  /** Where the examples share their negatives. */
  readonly shared?: SharedLabels
  /** Where the examples are rows. */
  readonly rows?: RowLabels
  /** The columns that `targets` names, by the loss's own names; 0 where the pair is not an event. */
  readonly targets?: Readonly<Record<string, Tensor>>
  /** The user of each example as a number that is theirs within the batch, int32. */
  readonly users?: Tensor1D
  /** Number of items of the catalogue. */
  readonly items?: number
}

/**
 * The loss as closed-form solvers read it, for a cell with target r: weight(r) · (score − target(r))² where it is
 * observed, unobserved · score² elsewhere.
 */
export interface Quadratic {
  target(value: number): number
  weight(value: number): number
  /** Absent: unobserved cells do not count. */
  readonly unobserved?: number
}

/**
 * The loss as the fused executor reads it: the loss of an example from its scores, the positive's first, then those of
 * its negatives. Either a compiled kernel, or a function that returns the loss and writes its derivative by each score.
 * With log-q correction, the log probability of each negative times `correction` (default 1) is subtracted from its
 * score.
 */
export type Slope =
  | { readonly kernel: FusedLoss; readonly correction?: number }
  | { readonly list: (scores: Float32Array, target: number, slopes: Float64Array) => number }

/** What a loss is told of the target of its head: whether it has one, and whether that is 1 or 0 of each event. */
export interface HeadTarget {
  readonly target: boolean
  readonly label?: boolean
}

/** Maps nodes to the terms of a loss: core sums them over the batch, divides by its number of examples and adds l2. */
export interface Loss<S extends TObject = TObject, P extends Ports = Ports> {
  readonly summary: string
  readonly params: S
  readonly inputs: P
  /** Scores are logits: the compiler refuses a score that is a probability already. */
  readonly logits?: true
  /**
   * Where examples are compared with the items of the batch, all items or shared negatives, the loss reads the factors
   * of its scores, where they have them, and never an array of them.
   */
  readonly readsFactors?: true
  /** What a prediction is: the `score` itself (default), or the `probability` σ(score). */
  readonly predicts?: 'score' | 'probability'
  /** The score has a number for each class of the target; the compiler refuses other targets and other widths. */
  readonly classes?: true
  /**
   * More event columns that the loss reads as numbers, by the names it uses; a missing number is an error in the data.
   */
  targets?(params: Static<S>): Readonly<Record<string, string>>
  /** Why the loss cannot be used by the head: a bare sentence. */
  rejects?(params: Static<S>, head: HeadTarget): string | undefined
  examples(params: Static<S>): Examples
  apply(params: Static<S>, inputs: PortValues<P, Value>, example: Labels): Tensor
  /** The same in Keras, a class of `Loss`; absent: heads with the loss are not trained in Keras. */
  readonly keras?: KerasText
  quadratic?(params: Static<S>): Quadratic
  /** Undefined where these parameters have none; `items` is the size of the catalogue. */
  slope?(params: Static<S>, items: number): Slope | undefined
  /**
   * Standard deviation of the target around the score, in the loss's scale, for the loss of a normal distribution;
   * undefined where it is not known. `nll` and `intervalCoverage` use it where a sample has no deviation of its own.
   */
  deviation?(params: Static<S>): number | undefined
}

/** Defines a loss; the types of parameters and ports follow from its schema. */
export const loss = <S extends TObject, P extends Ports>(definition: Loss<S, P>) =>
  definition as unknown as Typed<'loss', { params: ParamsSchema<Written<S>>; inputs: P }>
