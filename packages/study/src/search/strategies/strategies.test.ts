import { below, key, uniform } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { functions } from '../../../test/functions.js'
import { type FinishedTrial, type NumberedProposal, nextProposal, type Search, spaceOf } from '../index.js'
import { strategies } from './index.js'

const space = spaceOf({
  f: { at: ['/f'], values: [10, 30, 100] },
  rate: { at: ['/a', '/b'], range: [0.01, 1], scale: 'log', integer: false },
  epochs: { at: '/epochs', range: [1, 5], scale: 'linear', integer: true },
})
const search = (type: string, params: Readonly<Record<string, unknown>>, workers = 1, seed = 0): Search => ({
  space,
  seed,
  strategy: strategies[type]!,
  params,
  workers,
})

/** All trials of a search whose results come in the given order: of those that run, the one at a random place ends. */
const run = (given: Search, loss: (trial: NumberedProposal) => number, order = 0): readonly FinishedTrial[] => {
  const proposed: NumberedProposal[] = []
  const finished = new Map<number, FinishedTrial>()
  for (let step = 0; ; step++) {
    const next = nextProposal(given, proposed, finished)
    if (typeof next !== 'string') {
      proposed.push(next.proposal)
      continue
    }
    const running = proposed.filter(({ number }) => !finished.has(number))
    if (running.length === 0) return proposed.map(({ number }) => finished.get(number)!)
    const ends = running[below(running.length, key(order, step), 0)]!
    finished.set(ends.number, { ...ends, loss: loss(ends) })
  }
}

const near = ({ settings }: NumberedProposal) =>
  Math.abs(Math.log(settings['rate'] as number) - Math.log(0.1)) + (settings['f'] === 30 ? 0 : 1)

test('a grid has every combination once, the last dimension fastest', () => {
  const trials = run(search('grid', { steps: 3 }), near)
  expect(trials.length).toBe(27)
  expect(strategies['grid']!.trials({ steps: 3 }, space)).toBe(27)
  expect(trials.slice(0, 4).map(({ settings }) => Object.values(settings))).toEqual([
    [10, 0.01, 1],
    [10, 0.01, 3],
    [10, 0.01, 5],
    [10, 0.1, 1],
  ])
  expect(new Set(trials.map(({ settings }) => JSON.stringify(settings))).size).toBe(27)
})

test('random settings are within their ranges, differ by seed, and are never tried twice', () => {
  const trials = run(search('random', { trials: 200 }), near)
  expect(trials.length).toBe(200)
  expect(new Set(trials.map(({ settings }) => settings['f']))).toEqual(new Set([10, 30, 100]))
  expect(new Set(trials.map(({ settings }) => settings['epochs']))).toEqual(new Set([1, 2, 3, 4, 5]))
  const rates = trials.map(({ settings }) => settings['rate'] as number)
  expect(rates.every((rate) => rate >= 0.01 && rate <= 1)).toBe(true)
  // half of them below the middle of the logarithm
  expect(rates.filter((rate) => rate < 0.1).length / 200).toBeCloseTo(0.5, 0)
  expect(run(search('random', { trials: 5 }, 1, 1), near)).not.toEqual(trials.slice(0, 5))
  const small = { ...search('random', { trials: 200 }), space: spaceOf({ f: { at: '/f', values: [1, 2, 3] } }) }
  expect(run(small, () => 0).length).toBe(3)
})

test.each([
  ['random', { trials: 30 }],
  ['tpe', { trials: 30, startup: 5 }],
  ['asha', { trials: 18, reduction: 3, budget: { at: '/e', range: [1, 9] } }],
])('%s: trials side by side propose the same in whatever order they end', (type, params) => {
  const given = search(type, params, 4)
  const first = run(given, near, 1)
  for (const order of [2, 3, 4]) expect(run(given, near, order)).toEqual(first)
  // and not the same as one after another, where results are known earlier
  if (type !== 'random') expect(run(search(type, params), near)).not.toEqual(first)
})

test('TPE reads no result of a trial that may run beside it', () => {
  const given = search('tpe', { trials: 20, startup: 5 }, 3)
  const until = (limit: number) =>
    run(given, (trial) => (trial.number < limit ? near(trial) : uniform(key(9), trial.number)))
  expect(
    until(12)
      .slice(0, 15)
      .map(({ settings }) => settings),
  ).toEqual(
    until(20)
      .slice(0, 15)
      .map(({ settings }) => settings),
  )
  expect(until(12)[15]).not.toEqual(until(20)[15])
})

test('TPE comes nearer than random settings', () => {
  const { parameters, value } = functions['tuning']!
  const best = (type: string, seed: number) => {
    const given = { ...search(type, { trials: 60, startup: 10 }, 1, seed), space: spaceOf(parameters) }
    return Math.min(...run(given, ({ settings }) => value(settings)).map(({ loss }) => loss))
  }
  const seeds = [0, 1, 2, 3, 4]
  const sum = (type: string) => seeds.reduce((total, seed) => total + best(type, seed), 0)
  expect(sum('tpe')).toBeLessThan(0.5 * sum('random'))
})

test('a failed trial counts as the worst', () => {
  const fails = ({ settings }: NumberedProposal) => (settings['f'] === 100 ? Infinity : (settings['rate'] as number))
  const failed = [0, 1, 2, 3, 4].flatMap((seed) =>
    run(search('tpe', { trials: 40, startup: 10 }, 1, seed), fails)
      .slice(10)
      .map(({ settings }) => settings['f'] === 100),
  )
  // a third of random settings
  expect(failed.filter(Boolean).length / failed.length).toBeLessThan(0.2)
})

test('ASHA promotes the best third of every budget, and each of them once', () => {
  const params = { trials: 9, reduction: 3, budget: { at: '/e', range: [1, 9] } }
  const trials = run(search('asha', params), near)
  const at = (budget: number) => trials.filter((trial) => trial.budget === budget)
  expect(at(1).length).toBe(9)
  expect(at(3).length).toBeGreaterThanOrEqual(3)
  expect(at(9).length).toBeGreaterThanOrEqual(1)
  const best = at(1).toSorted((a, b) => a.loss - b.loss)
  expect(at(3).map(({ promotes }) => promotes)).toEqual(expect.arrayContaining([best[0]!.number]))
  for (const { promotes, settings } of trials.filter((trial) => trial.promotes !== undefined))
    expect(trials[promotes!]!.settings).toEqual(settings)
  const promoted = trials.flatMap(({ promotes }) => promotes ?? [])
  expect(new Set(promoted).size).toBe(promoted.length)
  // the settings with the largest budget are those of a trial that was among the best third below
  expect(strategies['asha']!.trials(params, space)).toBe(13)
})

test('a failed trial is never promoted', () => {
  const params = { trials: 6, reduction: 2, budget: { at: '/e', range: [1, 4] } }
  expect(run(search('asha', params), () => Infinity).map(({ budget }) => budget)).toEqual([1, 1, 1, 1, 1, 1])
})
