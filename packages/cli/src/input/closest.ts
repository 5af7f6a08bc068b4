/** Edit distance: a change of case costs 0.1, another substitution 2, an insertion or a deletion 1. */
const distance = (a: string, b: string, limit: number): number => {
  let previous = Float64Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = new Float64Array(b.length + 1)
    current[0] = row
    let least = row
    for (let column = 1; column <= b.length; column++) {
      const [from, to] = [a[row - 1]!, b[column - 1]!]
      const change = from === to ? 0 : from.toLowerCase() === to.toLowerCase() ? 0.1 : 2
      const best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + change)
      current[column] = best
      if (best < least) least = best
    }
    if (least > limit) return Number.POSITIVE_INFINITY
    previous = current
  }
  return previous[b.length]!
}

/**
 * The candidate that is closest to a misspelt word, by the rule of TypeScript's compiler; undefined when none is close.
 */
export const closest = (word: string, candidates: Iterable<string>): string | undefined => {
  const reach = Math.max(2, Math.floor(word.length * 0.34))
  let limit = Math.floor(word.length * 0.4) + 1
  let best: string | undefined
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > reach) continue
    if (candidate.length < 3 && candidate.toLowerCase() !== word.toLowerCase()) continue
    const edits = distance(word, candidate, limit)
    if (edits >= limit) continue
    limit = edits
    best = candidate
  }
  return best
}
