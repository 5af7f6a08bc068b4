/**
 * Runs of `from` to `to` neighboring tokens, joined by a separator, in the order of their first token and then of
 * their length. A run with an unknown token ('') is unknown.
 */
export const ngramsOf = (tokens: readonly string[], from: number, to: number, separator: string): readonly string[] => {
  if (from === 1 && to === 1) return tokens
  const runs: string[] = []
  for (let first = 0; first < tokens.length; first++)
    for (let length = from; length <= to && first + length <= tokens.length; length++) {
      const run = tokens.slice(first, first + length)
      runs.push(run.includes('') ? '' : run.join(separator))
    }
  return runs
}
