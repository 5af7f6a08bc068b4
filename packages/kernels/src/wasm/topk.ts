import { constants } from '../boundary.generated.js'
import type { TopK } from '../kernels.js'
import type { Sparse } from '../sparse.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { type Scratch, withScratchAsync } from './scratch.js'
import type { Exports } from './webassembly.js'

/** The k best rows of every query. */
export const topK = async (
  { heap, pool, threads }: Context,
  queries: Float32Array,
  items: Float32Array,
  width: number,
  k: number,
  skip?: Sparse,
): Promise<TopK> => {
  const count = queries.length / width
  const height = items.length / width
  const rows = new Int32Array(count * k)
  const scores = new Float32Array(count * k)
  if (count * k === 0) return { rows, scores }
  return withScratchAsync(heap, async (scratch) => {
    const args = {
      queries: scratch.input(queries),
      count,
      items: scratch.input(items),
      height,
      width,
      k,
      skipStart: skip ? scratch.input(skip.start) : 0,
      skipIndex: skip ? scratch.input(skip.index) : 0,
      outRows: scratch.output(rows),
      outScores: scratch.output(scores),
    }
    const work = count * height * width
    const each = (bytes: number) => Array.from({ length: threads }, () => scratch.bytes(bytes))
    const rounded =
      count >= QUERIES && height >= 8 * (k + constants.roundedtopk.SPARE)
        ? roundedItems(pool.here, scratch, args)
        : undefined
    if (rounded) {
      const own = each(invoke(pool.here, 'topKRoundedScratch', { width, k }))
      await pool.run(work, perThread('topKRounded', { ...args, ...rounded }, own, scratch.cursor()))
    } else {
      const own = each(invoke(pool.here, 'topKScratch', { width }))
      await pool.run(work, perThread('topK', args, own, scratch.cursor()))
    }
    return { rows, scores }
  })
}

/** Queries from which on rounding all items pays. */
const QUERIES = 16

/** Rounded items for `topKRounded`; undefined where one has a number that is not finite. */
const roundedItems = (
  here: Exports,
  scratch: Scratch,
  { items, height, width }: { readonly items: number; readonly height: number; readonly width: number },
) => {
  const padded = 8 * Math.ceil(height / 8)
  const rounded = {
    rounded: scratch.bytes(padded * 8 * Math.ceil(width / 4)),
    scales: scratch.bytes(padded * 4),
    bounds: scratch.bytes(24),
  }
  return invoke(here, 'roundItems', { items, height, width, ...rounded }) === 1 ? rounded : undefined
}
