import type { Kernels } from './kernels.js'
import type { FusedLoss } from './losses/loss.js'
import type { Optimizer } from './optimizers/optimizer.js'
import type { Sparse } from './sparse.js'

/**
 * One table within the packed rows of a side: `width` lanes from `from` with their own penalty and optimizer state.
 * `trained` false: the lanes are constant (a frozen table, or the 1 that multiplies the other side's bias).
 */
export interface FusedSegment {
  readonly from: number
  readonly width: number
  readonly trained: boolean
  /** Penalty of one reading: l2 · count^(nu − 1). */
  readonly l2: number
  readonly nu: number
}

/** One side of a factor model, score(u, i) = Σ lanes users[u] · items[i] + offset. */
export interface FusedSide {
  /** [height, width], packed; row 0 is the unknown user or item. */
  readonly rows: Float32Array
  /** A multiple of 4. */
  readonly width: number
  readonly segments: readonly FusedSegment[]
  /** Optimizer state of each segment, [height, slots of the segment's width]. */
  readonly state: readonly Float32Array[]
  /** How often each row is read in an epoch, for penalties with nu other than 1. */
  readonly counts: Float32Array
}

/** The negatives of an example. */
export interface FusedNegatives {
  readonly count: number
  /** Candidates drawn for each negative; the one with the highest score is taken. 1: every draw is a negative. */
  readonly hard: number
  readonly excludeObserved: boolean
  /** Sampling weight of each row of `items`, 0 for row 0; absent: uniform. */
  readonly popularity?: Float64Array
  /** Subtracted from the score of each row of `items` before the loss. */
  readonly logQ?: Float32Array
}

/** The model, loss and optimizer of fused training. */
export interface FusedModel {
  readonly users: FusedSide
  readonly items: FusedSide
  readonly offset: number
  readonly optimizer: Optimizer
  readonly loss: FusedLoss
  /** How often an example reads its user and its positive, for penalties; a negative is read once. */
  readonly readings: { readonly user: number; readonly item: number }
  readonly negatives: FusedNegatives
}

/** One epoch of per-example descent. */
export interface FusedEpoch extends FusedModel {
  readonly rate: number
  /**
   * Steps before this epoch, one per event, for bias correction. The n-th event of a block is step `step` + the events
   * of earlier strata + n, whatever trains in parallel.
   */
  readonly step: number
  /** Events by user; `index` are rows of `items`, `values` the targets. */
  readonly events: Sparse
  /** Parts of every random key. */
  readonly seed: number
  readonly phase: number
  readonly epoch: number
  /** Awaited between strata, with the events so far and their summed loss. */
  readonly onStratum?: (events: number, loss: number) => Promise<void>
}

/** One pass of mini-batches over events in a given order. */
export interface FusedBatches extends FusedModel {
  /** Scores are cosines: rows are L2-normalized, those shorter than 1e-6 as if they were that long. */
  readonly normalized: boolean
  /** Rows of the user and the item of every event, and its target. */
  readonly user: Int32Array
  readonly item: Int32Array
  readonly target?: Float32Array
  /** Observed items of each user, ascending, which `excludeObserved` rejects. */
  readonly observed: Sparse
  /** Events in the order of this pass; a step takes `batchSize` of them. */
  readonly order: Int32Array
  readonly batchSize: number
  /** One set of negatives for all examples of a step, without penalty; each example masks its observed items. */
  readonly shared: boolean
  /** Learning rate of each step of the pass. */
  readonly rates: Float64Array
  /** Steps before the pass, for bias correction. */
  readonly step: number
  /** Random key of the pass: an example's draws follow from it and the event, shared draws from it and the step. */
  readonly key: number
  /** Dropout of user vectors; absent: none. */
  readonly dropout?: FusedDropout
  /**
   * For each place of `order`, the items of all examples of its user in its step, its own included. The target of an
   * example is then the log of the mean of e^(score / the first parameter of the loss) over them.
   */
  readonly positives?: Sparse
  /**
   * The loss of an example, for losses without a kernel, in place of `loss`: returns it and writes its derivative by
   * each score to `slopes`.
   */
  readonly listLoss?: (scores: Float32Array, target: number, slopes: Float64Array) => number
}

/**
 * Dropout of user vectors, after L2 normalization or before it. Number z of row r of the mask is kept where
 * uniform(key, r · width + z) is at least `rate`, and scaled by 1 / (1 − rate).
 */
export interface FusedDropout {
  readonly rate: number
  /** It comes before L2 normalization. */
  readonly first?: boolean
  /** Numbers of a vector without padding. */
  readonly width: number
  /** Random key of each step of the pass. */
  readonly keys: Int32Array
  /** Row of the step's mask for each event of `order`. */
  readonly rows: Int32Array
}

/** A pass of mini-batches in progress. */
export interface BatchPass {
  /** Takes steps `from` … `to` − 1; resolves to the loss summed before each update. */
  steps(from: number, to: number): Promise<number>
  /** Releases the scratch of the pass; rows and state are updated where they are. */
  end(): void
}

/** Kernels that train a whole factor model. Internal to @recspec/core, and subject to change without notice. */
export interface FusedKernels {
  /**
   * Per-example descent over all events once, in strata of blocks that share no row and train in parallel (Gemulla et
   * al., KDD 2011); resolves to the loss summed before each update. An event with its negatives is one step: each row
   * moves once, an item drawn twice along the sum of its gradients. A negative that is still observed after 32 draws is
   * left out. Throws for optimizers that move unread rows.
   */
  epoch(work: FusedEpoch): Promise<number>
  /**
   * Mini-batch descent: the gradient of the mean loss of a step's examples, summed by row in the order of examples;
   * then each row that was read takes one optimizer step.
   */
  batches(work: FusedBatches): BatchPass
}

/** Where kernels keep their fused kernels: not part of what a plugin sees. */
const key = Symbol('fused')

/** Adds fused kernels to kernels. */
export const withFused = (kernels: Kernels, fused: FusedKernels): Kernels =>
  Object.defineProperty(kernels, key, { value: fused })

/** The fused kernels of kernels from `openKernels`; throws for others. Internal to @recspec/core. */
export const fusedKernels = (kernels: Kernels): FusedKernels => {
  const found = (kernels as { readonly [key]?: FusedKernels })[key]
  if (!found) throw new TypeError('these kernels are not from openKernels')
  return found
}
