import type { MemoryPart } from '@recspec/core'

/** Bytes of a float32 or an int32. */
export const NUMBER = 4

/** Observed cells by user and by item, in the kernels' memory. */
export const cellsPart = (events: number): MemoryPart => ({
  name: 'observed cells',
  bytes: 6 * NUMBER * events,
  inKernels: true,
})

/** What sorting the events into cells takes: orders, users, items, sums and targets. */
export const sortingPart = (events: number): MemoryPart => ({ name: 'sorting of events', bytes: 10 * NUMBER * events })
