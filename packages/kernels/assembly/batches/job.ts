/** A side, as src/wasm/batches.ts writes it. */
@unmanaged
export class Side {
  rows: usize
  segments: usize
  segmentCount: i32
  height: i32
  /** 1 / length of each row, where scores are cosines. */
  inverse: usize
  /** Which sum each row has in a step; −1: none. */
  slotOf: usize
}

/** Mini-batches, as src/wasm/batches.ts writes them. */
@unmanaged
export class Job {
  /** The score of zeros, parameters of the loss, and how often an example reads its user, its own item and a candidate. */
  shift: f64
  first: f64
  second: f64
  readUser: f64
  readItem: f64
  readCandidate: f64
  /** Share of the numbers of a user's vector that are set to 0. */
  dropoutRate: f64
  users: Side
  items: Side
  /** Bytes of a row. */
  width: usize
  /** Rows of the user and item of each event, and its target (0: every target is 1). */
  user: usize
  item: usize
  target: usize
  /** Items of each user, ascending. */
  start: usize
  index: usize
  order: usize
  examples: i32
  batchSize: i32
  loss: i32
  negatives: i32
  of: i32
  exclude: i32
  shared: i32
  unit: i32
  /** 0: negatives are uniform. */
  cumulative: usize
  logQ: usize
  base: u32
  /** Rate over Adam's first correction, and its second, of each step. */
  paces: usize
  scales: usize
  /** By example of a step: what it reads; its list as places there, scores, length and given slopes; slope and turn of what it reads. */
  reads: usize
  places: usize
  scores: usize
  lengths: usize
  given: usize
  slopes: usize
  turns: usize
  /** By example of a step: the user's row as it was, and the sums of its user. */
  vectors: usize
  along: usize
  turned: usize
  /** Loss of each block, one step after the other. */
  losses: usize
  /** A cursor for each step, zeroed. */
  cursors: usize
  barrier: usize
  /** What missed steps do to rows, the table of src/rules/denseadam.ts; 0: nothing. */
  missed: usize
  /** Numbers of a user's vector that dropout is about, 0: none; the key of each step, and where the vector of each example stands. */
  dropoutWidth: i32
  dropoutKeys: usize
  dropoutPlaces: usize
}

/** What a thread works in. */
@unmanaged
export class Scratch {
  /** Scores of what an example reads, or a block of examples where candidates are shared, and slopes of a list; a zeroed bit per item. */
  found: usize
  slopes: usize
  known: usize
  /** Candidates that all examples share, and their rows, eight side by side. */
  shared: usize
  packed: usize
  /** Rows of users and items that this thread moves in a step: which, their sums, turns and readings. */
  userRows: usize
  userSums: usize
  itemRows: usize
  itemSums: usize
}
