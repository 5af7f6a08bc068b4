/** How a row of weights follows its gradient; `slots` floats of state a row are kept by the caller. */
export interface Rule {
  readonly name: 'sgd' | 'adagrad' | 'adam' | 'denseAdam' | 'rmsprop'
  /** Up to three numbers, as the rule's own file defines them. */
  readonly parameters: readonly [number, number, number]
}

/** Rows of one width, and the optimizer's state for each. */
export interface Rows {
  readonly values: Float32Array
  readonly state: Float32Array
  readonly width: number
}

/** Which training events a user (or item) has: `index[start[r]] … index[start[r + 1] − 1]`, ascending, one place per event. */
export interface Sparse {
  readonly start: Int32Array
  readonly index: Int32Array
  /** Beside `index`; absent means 1 everywhere. */
  readonly values?: Float32Array
}

/** One half-step of least squares: new rows of `solved`, given `fixed`. All arrays live in the kernels' memory. */
export interface HalfStep {
  /** [rows, dim] row-major; overwritten. */
  readonly solved: Float32Array
  /** [columns, dim]. */
  readonly fixed: Float32Array
  readonly dim: number
  /** Observed cells by row of `solved`: weight c and target t beside each index of `fixed`. */
  readonly start: Int32Array
  readonly index: Int32Array
  readonly weight: Float32Array
  readonly target: Float32Array
  /** Weight of unobserved cells, whose target is 0; 0 leaves them out. */
  readonly unobserved: number
  /** Ridge of each row. */
  readonly ridge: Float32Array
}

/**
 * How every row of a half-step is solved. exact: the normal equations. cg: conjugate gradients from `solved` as it is, preconditioned by
 * the diagonal in the eigenbasis of the Gram matrix of `fixed` when there are unobserved cells; a row stops early when its residual is
 * `tolerance` of what it was. blocks: the normal equations of `size` columns at a time, the others held (Rendle et al., 2022).
 * cg and blocks turn `solved` and `fixed` into that eigenbasis: every product of their rows stays what it was.
 */
export type Method =
  | { readonly name: 'exact' }
  | { readonly name: 'cg'; readonly steps: number; readonly tolerance?: number }
  | { readonly name: 'blocks'; readonly size: number }

/** What happened to the rows of a half-step that were not positive definite, or left the finite numbers. */
export interface Solved {
  /** Rows solved after adding to the diagonal; rows left as they were. */
  readonly jittered: number
  readonly kept: number
}

/** A loss of the fused executor: a function of an example's scores, its own first. Its own file says what the parameters are. */
export interface FusedLoss {
  readonly name: 'squares' | 'absolute' | 'logistic' | 'bpr' | 'ccl' | 'softmax' | 'warp'
  readonly parameters: readonly [number, number]
}

/** One table of a fused side: a slice of lanes of the packed row that has its own l2, optimizer state and owner. */
export interface Segment {
  readonly from: number
  readonly width: number
  /** False: these lanes are constant (the 1 that meets the other side's bias, a frozen table). */
  readonly trained: boolean
  /** Multiplied by the row's count^(nu − 1): the penalty of one reading. */
  readonly l2: number
  readonly nu: number
}

/** One side of a factor model: score(u, i) = Σ lanes users[u] · items[i] + offset. Rows are packed: `width` a multiple of 4. */
export interface FusedSide {
  readonly rows: Float32Array
  readonly width: number
  readonly segments: readonly Segment[]
  /** State of each segment, [height, slots of the rule for the segment's width]. */
  readonly state: readonly Float32Array[]
  /** n_row, for penalties whose nu is not 1. */
  readonly counts: Float32Array
}

/** What every fused step works on. */
export interface FusedModel {
  readonly users: FusedSide
  readonly items: FusedSide
  readonly offset: number
  readonly rule: Rule
  readonly loss: FusedLoss
  /** How often an example reads its user and its own item, for penalties; a negative is read once. */
  readonly readings: { readonly user: number; readonly item: number }
  readonly negatives: FusedNegatives
}

/** What an example's own item is compared with. */
export interface FusedNegatives {
  readonly count: number
  /** Of so many drawn the one with the highest score is the negative: 1 takes what is drawn. In a mini-batch each counts as a part of a reading. */
  readonly of: number
  readonly excludeObserved: boolean
  /** Items in proportion to this; absent is uniform. One number per row of `items`, row 0 being 0. */
  readonly popularity?: Float64Array
  /** Subtracted from the scores of rows of `items` before the loss sees them. */
  readonly logQ?: Float32Array
}

/** What one fused epoch of per-example descent works on. */
export interface FusedEpoch extends FusedModel {
  readonly rate: number
  /**
   * Steps before this epoch, one per event: Adam's bias correction goes on from here. The n-th event of a block counts as step
   * `step` + the events of earlier strata + n, whatever runs beside it.
   */
  readonly step: number
  /** Training events by user; `index` are rows of `items`, `values` the targets of squares and absolute. */
  readonly events: Sparse
  /** Part of every random key. */
  readonly seed: number
  readonly phase: number
  readonly epoch: number
}

/** What fused mini-batches work on: one pass over examples in a given order. */
export interface FusedBatches extends FusedModel {
  /** Scores are cosines: rows are scaled to length 1, shorter ones than 1e-6 as if they were that long. */
  readonly unit: boolean
  /** Rows of users and items of every event, and its target. */
  readonly user: Int32Array
  readonly item: Int32Array
  readonly target?: Float32Array
  /** Items of each user, ascending: what `excludeObserved` refuses. */
  readonly owned: Sparse
  /** Events in the order of this pass; a step takes `batchSize` of them. */
  readonly order: Int32Array
  readonly batchSize: number
  /** One set of negatives for all examples of a step, free of penalty; an example leaves out those that are refused. */
  readonly shared: boolean
  /** Learning rate of each step of the pass, and the steps before it, for Adam. */
  readonly rates: Float64Array
  readonly step: number
  /** Key of the pass: the draws of an example are keyed by it and its event, shared ones by it and the step. */
  readonly key: number
  /** While learning the vectors of users lose a share of their numbers; absent: none. */
  readonly dropout?: FusedDropout
  /** The loss of an example in place of `loss`, for those without a kernel: returns it and writes the slope of each score. */
  readonly listLoss?: (scores: Float32Array, target: number, slopes: Float64Array) => number
}

/**
 * Dropout of the vectors of users, after they were scaled to length 1 where scores are cosines. Number z of the vector that stands at
 * `place` is kept where uniform(key, place · width + z) is at least `rate`, and scaled by 1 / (1 − rate).
 */
export interface FusedDropout {
  readonly rate: number
  /** Numbers of a vector, without what fills its row up. */
  readonly width: number
  /** The key of each step of the pass. */
  readonly keys: Int32Array
  /** For each event of `order` where its user's vector stands among those of its step. */
  readonly places: Int32Array
}

/** A pass of mini-batches under way. */
export interface Pass {
  /** Takes steps `from` … `to` − 1; resolves to the loss summed before each update. */
  steps(from: number, to: number): Promise<number>
  /** Gives back what the pass borrowed; rows and state are where they were given. */
  end(): void
}

/** A ranking: for each query `k` rows and their scores, best first; −1 where there are fewer. */
export interface TopK {
  readonly rows: Int32Array
  readonly scores: Float32Array
}

/**
 * Numeric kernels on one memory. Arrays are made by the kernels and given to them; the wasm implementation computes in
 * place on shared memory, the TypeScript twin on plain arrays. Results do not depend on `threads`.
 */
export interface Kernels {
  readonly implementation: 'wasm' | 'typescript'
  readonly threads: number

  /** Zeroed, 64-byte aligned, released together by `close`. */
  float32(length: number): Float32Array
  int32(length: number): Int32Array

  /** out[k] = table[rows[k]]; any arrays. */
  gather(table: Float32Array, width: number, rows: Int32Array, out: Float32Array): void
  /** out[k] = Σ_j weights[j] · table[rows[j]] for j from start[k] to start[k + 1] − 1. */
  bag(
    table: Float32Array,
    width: number,
    start: Int32Array,
    rows: Int32Array,
    weights: Float32Array,
    out: Float32Array,
  ): void
  /** sums[slot[k]] += scale[k] · gradients[k], k ascending; any arrays. `scale` absent: 1. */
  accumulate(gradients: Float32Array, width: number, slot: Int32Array, sums: Float32Array, scale?: Float32Array): void
  /** Row rows[k] of `target` takes one optimizer step along gradient k. `rows` are distinct. `step` counts from 1. */
  update(rule: Rule, target: Rows, rows: Int32Array, gradients: Float32Array, rate: number, step: number): void

  /** Least squares of every row, in parallel. Each method falls back as `cholesky` does and never leaves a non-finite number. */
  leastSquares(half: HalfStep, method: Method): Promise<Solved>
  /**
   * Exact least squares by Cholesky on every row, in parallel; a right-hand side of zeros gives zeros. A row that is not positive
   * definite is tried with 1e-6, 1e-5, 1e-4 of its trace on the diagonal, then keeps what it was; never leaves a non-finite number.
   */
  cholesky(half: HalfStep): Promise<Solved>
  /** Σ over rows of outer products, [width, width], float64, fixed blocks reduced in order. */
  gram(values: Float32Array, width: number): Promise<Float64Array>
  /**
   * Per-example descent over all events once, in strata of blocks that share no row; resolves to the loss summed before each
   * update. An event with its negatives is one step; a negative that is still one of the user's after 32 draws is left out. Row 0 of
   * either side is never touched. Rules that move rows unread are for `batches`.
   */
  epoch(work: FusedEpoch): Promise<number>
  /**
   * Mini-batch descent: slopes at the parameters a step starts with, divided by its examples, then every touched row moves once, its
   * contributions summed in the order of examples.
   */
  batches(work: FusedBatches): Pass
  /**
   * The k rows of `items` with the largest dot product for each row of `queries`, rows in skip[start[q]…] left out. Ties: the
   * smaller row first. Scores of −∞ or NaN never rank.
   */
  topK(queries: Float32Array, items: Float32Array, width: number, k: number, skip?: Sparse): Promise<TopK>
  /**
   * For each row of `items` in held[start[q]…], how many rows score at least as high with row q of `queries`, itself among them and
   * rows in skip[start[q]…], ascending, left out. A score that is −∞ or NaN is below all others.
   */
  reach(queries: Float32Array, items: Float32Array, width: number, held: Sparse, skip: Sparse): Promise<Int32Array>

  close(): Promise<void>
}
