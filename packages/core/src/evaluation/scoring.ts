import type { Scorer } from '../contract/candidates.js'

// scores at a time (16 MiB)
const blockSize = 2 ** 22

/** Visits some users in order, each with the scores of all items, which are computed in blocks of users. */
export const scoreAllItems = async (
  { scorePairs }: Scorer,
  items: number,
  users: Int32Array,
  visit: (place: number, scores: Float32Array) => void,
): Promise<void> => {
  const size = Math.max(1, Math.floor(blockSize / Math.max(1, items)))
  for (let from = 0; from < users.length; from += size) {
    const block = users.subarray(from, from + size)
    const pairs = Int32Array.from({ length: block.length * items }, (_, pair) => block[Math.floor(pair / items)]!)
    const scores = await scorePairs(
      pairs,
      Int32Array.from(pairs, (_, pair) => pair % items),
    )
    for (let place = 0; place < block.length; place++)
      visit(from + place, scores.subarray(place * items, (place + 1) * items))
  }
}
