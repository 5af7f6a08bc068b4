import type { MemoryPart, MemorySizes } from '@recspec/core'
import { subspaceWidth } from '../linear/spectrum.js'
import type { LinearTarget } from '../linear/target.js'

/** Rows of users by users and by items, with values. */
export const rowsPart = ({ events }: MemorySizes): MemoryPart => ({
  name: 'rows of users and of items',
  bytes: 2 * 8 * events,
  inKernels: true,
})

/** Columns of a block that is inverted at once, and how many panels of it there are. */
const [PANEL, PANELS] = [256, 4]

/** What a dense matrix of items takes, and its inverse in place. */
export const denseParts = ({ params }: LinearTarget, sizes: MemorySizes): readonly MemoryPart[] => {
  const { items } = sizes
  const pruned = params.topK === undefined ? [] : [sparsePart(items * Math.min(items, params.topK))]
  return [
    {
      name: `a dense matrix of ${items} × ${items} items`,
      bytes: 4 * items * items,
      inKernels: true,
      remedy: 'use "autoencoder/slim", "autoencoder/turbo-cf" or "autoencoder/gf-cf", which are sparse',
    },
    { name: 'panels of the inverse', bytes: 4 * PANELS * PANEL * items, inKernels: true },
    rowsPart(sizes),
    ...pruned,
  ]
}

/** Sparse rows with that many numbers. */
export const sparsePart = (numbers: number): MemoryPart => ({
  name: 'sparse rows of the matrix',
  bytes: 8 * numbers,
  inKernels: true,
  remedy: 'set "topK" of the op',
})

/** Numbers that XᵀX has at most, from what is known of the rows. */
export const gramNumbers = ({ reads }: LinearTarget['node'], sizes: MemorySizes, most = sizes.items): number => {
  const { mean } = sizes.rows(reads.history)
  // users with many rows count by their squares: a guess that data of a long tail is near
  return Math.min(sizes.items * Math.min(sizes.items, most), Math.ceil(4 * mean * sizes.events))
}

/** Vectors of a truncated eigenproblem: three of items, one of users, with some to spare. */
export const vectorParts = (vectors: number, { users, items }: MemorySizes): readonly MemoryPart[] => {
  const width = subspaceWidth(vectors)
  return [
    { name: 'vectors of the eigenproblem', bytes: 4 * width * (3 * items + users), inKernels: true },
    { name: 'the low pass', bytes: 2 * 2 * 4 * vectors * items },
  ]
}
