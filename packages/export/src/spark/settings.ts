/** How a Spark job is laid out; docs/scale.md says how the numbers were chosen. */
export interface SparkSettings {
  /** Blocks of each side: an in-block has the ratings of its rows. */
  readonly blocks: number
  /** Iterations between checkpoints of the factors, which cut their lineage. */
  readonly checkpointInterval: number
  /** Where in-blocks and factors are kept between half-steps. */
  readonly storageLevel: string
  /** Memory of the driver, which is also the executor where the master is local; in MiB. */
  readonly driverMemory: number
}

/** Ratings of a block: about 50 MB of in-blocks with their ids and sorted copies, far from the 2 GB of one array. */
const CELLS_PER_BLOCK = 4_000_000

/** The threads of a local master; undefined for a cluster. */
export const localThreads = (master: string, processors: number): number | undefined => {
  const found = /^local(?:\[(\d+|\*)(?:,\d+)?\])?$/.exec(master)
  if (!found) return undefined
  return found[1] === undefined ? 1 : found[1] === '*' ? processors : Number(found[1])
}

/** The layout of a job that factorizes so many cells; `threads` of a local master, undefined for a cluster. */
export const sparkSettings = (cells: number, threads: number | undefined): SparkSettings => ({
  blocks: Math.max(threads ?? 10, Math.ceil(cells / CELLS_PER_BLOCK)),
  checkpointInterval: 10,
  storageLevel: 'MEMORY_AND_DISK',
  driverMemory: 1024 + Math.ceil((cells * 150) / 2 ** 20),
})
