import type { RankCounts, Sparse } from '@recspec/kernels'

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

/** How many of the first candidates equal a score. */
const equalTo = (candidates: Float32Array, length: number, score: number): number => {
  let count = 0
  for (let place = 0; place < length; place++) count += +(candidates[place] === score)
  return count
}

/**
 * Writes how many candidates are above each of `scores`, and how many equal it, from `first` on. Scores are visited in
 * ascending order, and candidates below one are dropped before the next. Overwrites `candidates`.
 */
const countCandidates = (
  candidates: Float32Array,
  scores: Float32Array,
  { above, tied }: RankCounts,
  first: number,
) => {
  // NaN and −∞ rank last
  above.fill(candidates.length - 1, first, first + scores.length)
  tied.fill(1, first, first + scores.length)
  const ascending = [...scores.keys()]
    .filter((place) => scores[place]! > -Infinity)
    .sort((a, b) => (scores[a]! < scores[b]! ? -1 : 1))
  let length = candidates.length
  for (const place of ascending) {
    length = keepAtLeast(candidates, length, scores[place]!)
    const equal = equalTo(candidates, length, scores[place]!)
    above[first + place] = length - equal
    tied[first + place] = equal
  }
}

/** Counts for each held-out item, to be filled. */
export const emptyCounts = ({ index }: Sparse): RankCounts => ({
  above: new Int32Array(index.length),
  tied: new Int32Array(index.length),
})

/**
 * Counts from the scores of all items, user by user: how many items score higher than each of those held out, and how
 * many the same, without the skipped ones. `counts` has a place for each held-out item, `own` the scores of one user.
 */
export const candidateCounter = (items: number, held: Sparse, skip: Sparse, counts: RankCounts) => {
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
    countCandidates(kept.subarray(0, count), wanted, counts, first)
  }
}
