import type { Asked, Strategy } from './strategy.js'
import type { FinishedTrial, NumberedProposal, Proposal } from './trial.js'

/** A search as far as proposals depend on it. */
export interface Search extends Pick<Asked, 'space' | 'seed'> {
  readonly strategy: Strategy
  readonly params: Readonly<Record<string, unknown>>
  /** How many trials may run side by side: a proposal reads the results of trials up to number − workers. */
  readonly workers: number
}

/** The next trial, or that it depends on trials that run, or that the search is over. */
export type Next = { readonly proposal: NumberedProposal } | 'wait' | 'over'

/**
 * The proposal after some trials that have one each, by their numbers; `finished` has the results that are in. Results
 * count as known in the order of their numbers, so that the proposal is the same in whatever order trials end.
 */
export const nextProposal = (
  { strategy, params, space, seed, workers }: Search,
  proposed: readonly NumberedProposal[],
  finished: ReadonlyMap<number, FinishedTrial>,
): Next => {
  const number = proposed.length
  for (let known = Math.max(0, number - workers + 1); known <= number; known++) {
    const results = proposed.slice(0, known).map(({ number }) => finished.get(number))
    if (results.includes(undefined)) return 'wait'
    const found: Proposal | undefined = strategy.propose(params, {
      space,
      seed,
      number,
      finished: results as readonly FinishedTrial[],
      pending: proposed.slice(known),
    })
    if (found) return { proposal: { number, ...found } }
  }
  return 'over'
}
