import { Type } from '@recspec/core'
import { pointersOf } from '../space.js'
import { type Asked, strategy } from '../strategy.js'
import type { FinishedTrial, Proposal } from '../trial.js'
import { untriedSettings } from '../untried.js'
import { trialCount } from './count.js'

/** The budgets from the smallest to the largest, each `reduction` times the one before. */
const rungsOf = ([least, most]: readonly [number, number], reduction: number): readonly number[] => {
  const rungs: number[] = []
  for (let budget = least; budget < most; budget *= reduction) rungs.push(Math.round(budget))
  return [...rungs, most]
}

/**
 * Asynchronous successive halving (Li et al., MLSys 2020): random settings with the smallest budget; whenever a trial
 * is among the best `1 / reduction` of its budget, its settings run again with the next larger one. What counts as
 * finished is decided by the numbers of trials, so promotions do not depend on how long trials take.
 */
export const asha = strategy({
  summary: 'random settings with a small budget, the best of them again with larger ones (successive halving)',
  params: Type.Object(
    {
      trials: trialCount(27, 'how many random settings, each tried with the smallest budget'),
      reduction: Type.Number({
        default: 3,
        minimum: 1.5,
        maximum: 100,
        description: 'the ratio of two budgets; one of so many trials goes on to the next budget',
      }),
      budget: Type.Object(
        {
          at: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
            description: 'JSON pointer of the budget, such as /solver/epochs, or a list of them',
          }),
          range: Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })], {
            description: 'smallest and largest budget',
          }),
        },
        { additionalProperties: false, description: 'the number that grows, with its ends: epochs or iterations' },
      ),
    },
    { additionalProperties: false },
  ),
  trials: ({ trials, reduction, budget }) =>
    rungsOf(budget.range, reduction).reduce((sum, _, rung) => sum + Math.floor(trials / reduction ** rung), 0),
  budget: ({ budget }) => ({ at: pointersOf(budget), range: budget.range }),
  propose: ({ trials, reduction, budget }, asked) => {
    const rungs = rungsOf(budget.range, reduction)
    const promoted = promotion(asked, rungs, reduction)
    if (promoted) return promoted
    const drawn = [...asked.finished, ...asked.pending].filter(({ promotes }) => promotes === undefined).length
    if (drawn >= trials) return undefined
    const settings = untriedSettings(asked, 0x41)
    return settings && { settings, budget: rungs[0]! }
  },
})

/** The best trial that may go on and has not; of several budgets the largest first. */
const promotion = ({ finished, pending }: Asked, rungs: readonly number[], reduction: number): Proposal | undefined => {
  const gone = new Set([...finished, ...pending].map(({ promotes }) => promotes))
  for (let rung = rungs.length - 2; rung >= 0; rung--) {
    const here = finished.filter(({ budget }) => budget === rungs[rung])
    const best = here.toSorted(byLoss).slice(0, Math.floor(here.length / reduction))
    const next = best.find(({ number, loss }) => !gone.has(number) && loss < Infinity)
    if (next) return { settings: next.settings, budget: rungs[rung + 1]!, promotes: next.number }
  }
  return undefined
}

const byLoss = (a: FinishedTrial, b: FinishedTrial) =>
  a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : a.number - b.number
