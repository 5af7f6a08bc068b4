/** Finds the known name that a misspelt one probably stands for. */
export type Suggest = (text: string, known: Iterable<string>) => string | undefined

const longest = 128

/**
 * Did-you-mean by TypeScript's rule: the nearest name by edit distance, if it is near for its length. All calls
 * together
 * do at most `work` steps of the edit distance, so that misspellings cannot make a check slow.
 */
export const suggester = (work = 500_000): Suggest => {
  let left = work
  return (text, known) => {
    if (text.length > longest || left < 0) return undefined
    let best: string | undefined
    let nearest = 0.4 * text.length + 1
    const reach = Math.max(2, Math.floor(0.34 * text.length))
    for (const name of known) {
      if (--left < 0) return undefined
      if (name === text || Math.abs(name.length - text.length) > reach) continue
      if (name.length < 3 && name.toLowerCase() !== text.toLowerCase()) continue
      left -= name.length * text.length
      if (left < 0) return undefined
      const far = distance(text, name)
      if (far < nearest) {
        nearest = far
        best = name
      }
    }
    return best
  }
}

/** Edit distance of two words; a change of case costs a tenth. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : a[i - 1]!.toLowerCase() === b[j - 1]!.toLowerCase() ? 0.1 : 2
      next.push(Math.min(row[j - 1]! + same, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
