import type { MatrixKernels, Sparse } from '@recspec/kernels'

/** Lists of a block: their transposed scores should stay in the cache. */
const LANES = 32

/** Some lists of a block of lists, one after the other. */
export const sliceLists = ({ start, index, values }: Sparse, from: number, to: number): Sparse => {
  const [first, last] = [start[from]!, start[to]!]
  return {
    start: start.slice(from, to + 1).map((place) => place - first),
    index: index.subarray(first, last),
    ...(values && { values: values.subarray(first, last) }),
  }
}

/**
 * Runs `work` on blocks of lists, which writes their transposed scores [items, lanes], and adds those to out [lists,
 * items]. `lanes` is a multiple of 4; lanes beyond the lists of a block are not read.
 */
export const inLanes = (
  matrices: MatrixKernels,
  lists: Sparse,
  items: number,
  out: Float32Array,
  work: (block: Sparse, lanes: number) => Float32Array,
): void => {
  const count = lists.start.length - 1
  for (let from = 0; from < count; from += LANES) {
    const block = Math.min(LANES, count - from)
    const lanes = Math.ceil(block / 4) * 4
    const scores = work(sliceLists(lists, from, from + block), lanes)
    matrices.addTransposed(scores, items, out.subarray(from * items, (from + block) * items))
  }
}

/** The lists of a block as dense transposed rows: out [items, lanes]. */
export const writeLanes = ({ start, index, values }: Sparse, lanes: number, out: Float32Array): void => {
  out.fill(0)
  for (let lane = 0; lane + 1 < start.length; lane++)
    for (let place = start[lane]!; place < start[lane + 1]!; place++)
      out[index[place]! * lanes + lane]! += values ? values[place]! : 1
}
