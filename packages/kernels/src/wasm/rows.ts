import { accumulate } from '../accumulate.js'
import { bag } from '../bag.js'
import { gather } from '../gather.js'
import type { Kernels } from '../kernels.js'
import { slots } from '../optimizers/optimizer.js'
import type { TensorKernels } from '../tensor/kernels.js'
import { update } from '../update.js'
import { invoke } from './calls.js'
import type { Context } from './context.js'
import { optimizerArguments } from './optimizers.js'
import { withScratch } from './scratch.js'

/** The first `rows` rows of an array; throws where it has fewer, which would let a kernel read what follows it. */
const exactly = (array: Float32Array, rows: number, width: number): Float32Array => {
  if (array.length < rows * width) throw new Error(`needs ${rows} rows of ${width}, got ${array.length} numbers`)
  return array.length === rows * width ? array : array.subarray(0, rows * width)
}

/** Numbers of a task. */
const PIECE = 8192
const rowBlockOf = (width: number): number => Math.max(1, Math.ceil(PIECE / width))

/**
 * Kernels on rows of a table. Rows are gathered and updated by all threads. Tables outside the memory go to the
 * reference: copying them would cost more than the work. Arrays as long as the rows touched are copied.
 */
export const rowKernels = (
  { heap, pool: { here } }: Context,
  run: TensorKernels['run'],
): Pick<Kernels, 'gather' | 'bag' | 'accumulate' | 'update'> => ({
  gather(table, width, rows, out) {
    if (!heap.holds(table)) return gather(table, width, rows, out)
    const into = exactly(out, rows.length, width)
    withScratch(heap, (scratch) => {
      const [count, rowBlock] = [rows.length, rowBlockOf(width)]
      const addresses = { x: table.byteOffset, rows: scratch.input(rows), out: scratch.output(into) }
      run('gatherRows', Math.ceil(count / rowBlock), { ...addresses, width, count, rowBlock })
    })
  },
  bag(table, width, start, rows, weights, out) {
    if (!heap.holds(table)) return bag(table, width, start, rows, weights, out)
    const into = exactly(out, start.length - 1, width)
    withScratch(heap, (scratch) => {
      const inputs = { start: scratch.input(start), rows: scratch.input(rows), weights: scratch.input(weights) }
      const addresses = { table: table.byteOffset, ...inputs, out: scratch.output(into) }
      invoke(here, 'bag', { ...addresses, width, count: start.length - 1 })
    })
  },
  accumulate(gradients, width, slot, sums, scale) {
    if (!heap.holds(sums)) return accumulate(gradients, width, slot, sums, scale)
    const given = exactly(gradients, slot.length, width)
    withScratch(heap, (scratch) => {
      const inputs = { gradients: scratch.input(given), slot: scratch.input(slot) }
      const addresses = { ...inputs, sums: sums.byteOffset, scale: scale ? scratch.input(scale) : 0 }
      invoke(here, 'accumulate', { ...addresses, width, count: slot.length })
    })
  },
  update(optimizer, target, rows, gradients, rate, step) {
    const { values, state, width } = target
    const outside = !heap.holds(values) || (state.length > 0 && !heap.holds(state))
    if (outside || !optimizer.kernel) return update(optimizer, target, rows, gradients, rate, step)
    const given = exactly(gradients, rows.length, width)
    withScratch(heap, (scratch) => {
      const { optimizer: code, a, b, c, size, scale } = optimizerArguments(optimizer, rate, step)
      const [count, rowBlock] = [rows.length, rowBlockOf(width)]
      run('updateRows', Math.ceil(count / rowBlock), {
        ...{ optimizer: code, first: a, second: b, third: c, size, scale },
        ...{ values: values.byteOffset, state: state.length > 0 ? state.byteOffset : 0 },
        ...{ rows: scratch.input(rows), gradients: scratch.input(given) },
        ...{ width, slots: slots(optimizer, width), count, rowBlock },
      })
    })
  },
})
