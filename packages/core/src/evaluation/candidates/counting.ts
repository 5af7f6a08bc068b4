import type { Sparse } from '@recspec/kernels'

/** Moves the candidates with at least a score to the front and returns their number. Branch-free: the inner loop. */
const keepAtLeast = (candidates: Float32Array, length: number, score: number): number => {
  let count = 0
  for (let place = 0; place < length; place++) {
    const candidate = candidates[place]!
    candidates[count] = candidate
    count += +(candidate >= score)
  }
  return count
}

/**
 * The number of candidates with at least each of `scores`. Scores are visited in ascending order, and candidates below
 * one are dropped before the next. Overwrites `candidates`.
 */
const countsAtLeast = (candidates: Float32Array, scores: Float32Array): Int32Array => {
  // NaN ranks last
  const ascending = [...scores.keys()]
    .filter((place) => scores[place]! > -Infinity)
    .sort((a, b) => (scores[a]! < scores[b]! ? -1 : 1))
  const counts = new Int32Array(scores.length).fill(candidates.length)
  let length = candidates.length
  for (const place of ascending) {
    length = keepAtLeast(candidates, length, scores[place]!)
    counts[place] = length
  }
  return counts
}

/**
 * Counts from the scores of all items, user by user: how many items score at least as high as each of those held out,
 * without the skipped ones. `counts` has a place for each held-out item, `own` the scores of one user.
 */
export const candidateCounter = (items: number, held: Sparse, skip: Sparse, counts: Int32Array) => {
  // 1 for items that are not candidates
  const excluded = new Uint8Array(items)
  const kept = new Float32Array(items)
  return (place: number, own: Float32Array): void => {
    const [first, last] = [held.start[place]!, held.start[place + 1]!]
    const skipped = skip.index.subarray(skip.start[place], skip.start[place + 1])
    for (const item of skipped) excluded[item] = 1
    let count = 0
    for (let item = 0; item < items; item++) {
      kept[count] = own[item]!
      count += 1 - excluded[item]!
    }
    for (const item of skipped) excluded[item] = 0
    const wanted = Float32Array.from(held.index.subarray(first, last), (item) => own[item]!)
    counts.set(countsAtLeast(kept.subarray(0, count), wanted), first)
  }
}
