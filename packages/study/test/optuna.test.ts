import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type FinishedTrial, type NumberedProposal, nextProposal, spaceOf, strategies } from '../src/index.js'
import { functions } from './functions.js'

interface Stored {
  readonly optuna: string
  readonly most: number
  readonly runs: Readonly<Record<string, { readonly target: number; readonly trials: readonly number[] }>>
}
const stored: Stored = JSON.parse(readFileSync(new URL('optuna/runs.json', import.meta.url), 'utf8'))

const median = (numbers: readonly number[]) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2
}

/** The number of the first trial, from 1, that reaches the target; one more than the most where none does. */
const trialsTo = (name: string, target: number, seed: number, most: number): number => {
  const { parameters, value } = functions[name]!
  const search = {
    space: spaceOf(parameters),
    seed,
    strategy: strategies['tpe']!,
    params: { trials: most, startup: 10 },
    workers: 1,
  }
  const proposed: NumberedProposal[] = []
  const finished = new Map<number, FinishedTrial>()
  for (;;) {
    const next = nextProposal(search, proposed, finished)
    if (typeof next === 'string') return most + 1
    const { proposal } = next
    const loss = value(proposal.settings)
    if (loss <= target) return proposal.number + 1
    proposed.push(proposal)
    finished.set(proposal.number, { ...proposal, loss })
  }
}

test('the stored runs are of the version of Optuna that the script names', () => {
  expect([stored.optuna, Object.keys(stored.runs)]).toEqual(['4.6.0', Object.keys(functions)])
})

test.each(Object.entries(stored.runs))(
  'TPE reaches the target of %s in at most 1.15 times the trials of Optuna, as medians of 20 seeds',
  { timeout: 300_000 },
  (name, { target, trials }) => {
    expect(trials.length).toBe(20)
    const own = trials.map((_, seed) => trialsTo(name, target, seed, stored.most))
    expect(median(own) / median(trials)).toBeLessThanOrEqual(1.15)
  },
)
