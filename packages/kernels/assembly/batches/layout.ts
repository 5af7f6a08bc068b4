import { after } from '../scratch'

/** Examples that one thread takes at a time. The losses of a block are one sum, whichever thread takes it. */
export const BLOCK: i32 = 8

/** Packed candidates that stand next to each other. */
export const LANES: i32 = 8

/** The table of one side: users or items. */
@unmanaged
export class BatchSide {
  /** [height, width], packed. */
  rows: usize
  /** `Segment`s, trained ones only. */
  segments: usize
  segmentCount: i32
  height: i32
  /** 1 / norm of each row; 0 where scores are not cosines. */
  inverseNorms: usize
  /** Index of the gradient sum of each row within a step; −1: none. */
  sumIndex: usize
}

/** One pass of mini-batches. */
@unmanaged
export class BatchJob {
  /** Added to every score. */
  offset: f64
  /** Parameters of the loss. */
  first: f64
  second: f64
  /** How often an example reads its user, its positive and each candidate, for the penalty. */
  readUser: f64
  readItem: f64
  readCandidate: f64
  /** Probability that dropout zeroes a number of a user's vector. */
  dropoutRate: f64
  users: BatchSide
  items: BatchSide
  /** Bytes of a row. */
  width: usize
  /** User and item row of each event, and its target; `target` 0: every target is 1. */
  user: usize
  item: usize
  target: usize
  /** Observed items of each user, ascending. */
  observedStart: usize
  observedIndex: usize
  /** Events in the order of this pass, and how many. */
  order: usize
  examples: i32
  batchSize: i32
  /** Code of the loss. */
  loss: i32
  /** Negatives of an example, and candidates from which each one is chosen by its score. */
  negatives: i32
  hard: i32
  excludeObserved: i32
  shared: i32
  normalized: i32
  /** Running sums of the popularity of items; 0: negatives are uniform. */
  cumulative: usize
  /** Subtracted from the score of each item; 0: nothing is. */
  logQ: usize
  /** Random key of the pass. */
  base: u32
  /** Learning rate over Adam's first bias correction, and 1 over its second, of each step. */
  stepSizes: usize
  varianceScales: usize
  /** Effect of the steps that a row misses, from `catchUpTable` of the optimizer; 0: unread rows do not move. */
  catchUpTable: usize
  /**
   * Numbers of a user's vector that dropout applies to, 0: none; key of each step; row of each example's mask in its
   * step.
   */
  dropoutWidth: i32
  /** 1: dropout comes before L2 normalization. */
  dropoutFirst: i32
  dropoutKeys: usize
  dropoutRows: usize
  /** The items of all examples of the user of each example in its step, by place in the order; 0: not wanted. */
  positivesStart: usize
  positivesItem: usize

  // below: scratch, set by openBatchJob
  /** Items that each example of a step reads, [batchSize, candidates]: the positive, then the candidates. */
  reads: usize
  /** Each example's list, [batchSize, 1 + negatives]: columns of `reads` and their scores; its length. */
  listColumns: usize
  scores: usize
  lengths: usize
  /** Slopes of the lists, written by the host, where the loss has no kernel. */
  hostSlopes: usize
  /** Slope, and slope · cosine, of everything in `reads`. */
  slopes: usize
  radials: usize
  /** Each example's user vector before the step, gradient of it, and slope · cosine summed. */
  userVectors: usize
  userGradients: usize
  userRadials: usize
  /** 1 / norm of each example's user vector after dropout, where dropout comes before L2 normalization. */
  userInverseNorms: usize
  /** Loss of each block, step by step. */
  losses: usize
  /** A cursor over the blocks of each step, zeroed by the host. */
  cursors: usize
  barrier: usize
}

/** Working memory of one thread. */
@unmanaged
export class BatchScratch {
  /** Scores of what an example reads, or of a block of examples where candidates are shared. */
  scores: usize
  /** Slopes of a list. */
  slopes: usize
  /** A bit per item, all 0 between uses. */
  known: usize
  /** Candidates that all examples share, and their rows, packed eight side by side. */
  shared: usize
  packed: usize
  /** Rows of users and items that this thread updates in a step, with their gradient sums. */
  userRows: usize
  userSums: usize
  itemRows: usize
  itemSums: usize
}

/** Candidates of an example and its positive. */
// @ts-ignore: decorator
@inline
export function candidatesOf(job: BatchJob): i32 {
  return 1 + job.negatives * job.hard
}

/**
 * Scores in a row of shared scores: the positive's, then those of all candidates, rounded up to whole groups of lanes.
 */
// @ts-ignore: decorator
@inline
export function sharedScores(candidates: i32): i32 {
  return 1 + ((candidates + LANES - 2) & ~(LANES - 1))
}

/** Bytes behind the gradient sum of a row: Σ slope · cosine, its readings, padding. */
export const SUM_TAIL: usize = 16

/**
 * Lays out the scratch of a pass of `steps` behind `place` and writes its addresses into the job; `place` 0 only
 * measures. Returns the end of the scratch.
 */
export function openBatchJob(job: BatchJob, steps: i32, place: usize): f64 {
  const batch = <u64>job.batchSize, lists = batch * <u64>(1 + job.negatives) << 2
  const wide = batch * <u64>candidatesOf(job) << 2, vectors = batch * <u64>job.width
  const blocks = <u64>((job.batchSize + BLOCK - 1) / BLOCK)
  const reads = <u64>place
  const listColumns = after(reads, wide), scores = after(listColumns, lists), lengths = after(scores, lists)
  const hostSlopes = after(lengths, batch << 2), slopes = after(hostSlopes, lists), radials = after(slopes, wide)
  const userVectors = after(radials, job.normalized ? wide : 0), userGradients = after(userVectors, vectors)
  const userRadials = after(userGradients, vectors), userInverseNorms = after(userRadials, batch << 2)
  const losses = after(userInverseNorms, batch << 2)
  const cursors = after(losses, <u64>steps * blocks << 3), barrier = after(cursors, <u64>steps << 2)
  const end = after(barrier, 64)
  if (place) {
    job.reads = <usize>reads
    job.listColumns = <usize>listColumns
    job.scores = <usize>scores
    job.lengths = <usize>lengths
    job.hostSlopes = <usize>hostSlopes
    job.slopes = <usize>slopes
    job.radials = <usize>radials
    job.userVectors = <usize>userVectors
    job.userGradients = <usize>userGradients
    job.userRadials = <usize>userRadials
    job.userInverseNorms = <usize>userInverseNorms
    job.losses = <usize>losses
    job.cursors = <usize>cursors
    job.barrier = <usize>barrier
    memory.fill(job.barrier, 0, 64)
  }
  return <f64>end
}

/** Rows of a table of `height` that one of `threads` may own, at most `read`; a team of one thread owns all. */
// @ts-ignore: decorator
@inline
function ownRows(height: i32, read: u64, thread: i32, threads: i32): u64 {
  return min<u64>(read, thread == 0 ? height : (height + threads - 1) / threads + 1)
}

/**
 * Lays out a thread's scratch: a `BatchScratch` at `place` and its arrays behind it; `place` 0 only measures. Returns
 * the end.
 */
export function openBatchScratch(job: BatchJob, thread: i32, threads: i32, place: usize): f64 {
  const candidates = candidatesOf(job), width = <u64>job.width, batch = <u64>job.batchSize
  const shared = sharedScores(candidates) - 1, height = job.items.height
  const users = ownRows(job.users.height, batch, thread, threads)
  const items = ownRows(height, batch * <u64>candidates, thread, threads)
  const scores = after(place, offsetof<BatchScratch>())
  const slopes = after(scores, <u64>(job.shared ? BLOCK * (1 + shared) : candidates) << 2)
  const known = after(slopes, <u64>(1 + job.negatives) << 2), bits = <usize>(height >> 3) + 8
  const list = after(known, bits), packed = after(list, <u64>candidates << 2)
  const userRows = after(packed, job.shared ? <u64>shared * width : 0), userSums = after(userRows, users << 2)
  const itemRows = after(userSums, users * (width + SUM_TAIL)), itemSums = after(itemRows, items << 2)
  const end = after(itemSums, items * (width + SUM_TAIL))
  if (place) {
    const scratch = changetype<BatchScratch>(place)
    scratch.scores = <usize>scores
    scratch.slopes = <usize>slopes
    scratch.known = <usize>known
    scratch.shared = <usize>list
    scratch.packed = <usize>packed
    scratch.userRows = <usize>userRows
    scratch.userSums = <usize>userSums
    scratch.itemRows = <usize>itemRows
    scratch.itemSums = <usize>itemSums
    memory.fill(scratch.known, 0, bits)
  }
  return <f64>end
}
