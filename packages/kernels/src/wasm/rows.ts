import { accumulate } from '../accumulate.js'
import { bag } from '../bag.js'
import { gather } from '../gather.js'
import type { Kernels } from '../kernels.js'
import { slots } from '../rules/index.js'
import { update } from '../update.js'
import type { Context } from './context.js'
import { openLease } from './lease.js'
import { follow } from './rules.js'

/** The first `rows` rows of an array; an array that is shorter would let a kernel run into its neighbours. */
const exactly = (array: Float32Array, rows: number, width: number): Float32Array => {
  if (array.length < rows * width) throw new Error(`needs ${rows} rows of ${width}, got ${array.length} numbers`)
  return array.length === rows * width ? array : array.subarray(0, rows * width)
}

/**
 * Kernels on rows of a table, in this thread. A table outside the memory is the twin's business: copying it would cost more than
 * the work; whatever is as long as the rows touched is copied.
 */
export const rowKernels = ({
  heap,
  pool: { here },
}: Context): Pick<Kernels, 'gather' | 'bag' | 'accumulate' | 'update'> => ({
  gather(table, width, rows, out) {
    if (!heap.holds(table)) return gather(table, width, rows, out)
    const into = exactly(out, rows.length, width)
    const lease = openLease(heap)
    here['gather']!(table.byteOffset, width, lease.input(rows), rows.length, lease.output(into))
    lease.end()
  },
  bag(table, width, start, rows, weights, out) {
    if (!heap.holds(table)) return bag(table, width, start, rows, weights, out)
    const into = exactly(out, start.length - 1, width)
    const lease = openLease(heap)
    const inputs = [lease.input(start), start.length - 1, lease.input(rows), lease.input(weights)]
    here['bag']!(table.byteOffset, width, ...inputs, lease.output(into))
    lease.end()
  },
  accumulate(gradients, width, slot, sums, scale) {
    if (!heap.holds(sums)) return accumulate(gradients, width, slot, sums, scale)
    const along = exactly(gradients, slot.length, width)
    const lease = openLease(heap)
    const inputs = [lease.input(along), width, lease.input(slot), slot.length]
    here['accumulate']!(...inputs, sums.byteOffset, scale ? lease.input(scale) : 0)
    lease.end()
  },
  update(rule, target, rows, gradients, rate, step) {
    const { values, state, width } = target
    if (!heap.holds(values) || (state.length > 0 && !heap.holds(state))) {
      return update(rule, target, rows, gradients, rate, step)
    }
    const along = exactly(gradients, rows.length, width)
    const lease = openLease(heap)
    const { kernel, args } = follow(rule, rate, step)
    here[kernel]!(...args)
    const inputs = [lease.input(rows), rows.length, lease.input(along)]
    here['update']!(values.byteOffset, state.length > 0 ? state.byteOffset : 0, width, slots(rule, width), ...inputs)
    lease.end()
  },
})
