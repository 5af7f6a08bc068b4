import { key } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { massBetween, normalBelow, quantile } from './gaussian.js'
import { importance } from './importance.js'
import { parzen } from './parzen.js'
import { randomSettings, settingsOf, spaceOf } from './space.js'

test('the normal distribution has its known values, and a quantile is its inverse', () => {
  expect([-8.5, -1.959963985, 0, 1, 3, 9].map(normalBelow).map((share) => share.toFixed(9))).toEqual([
    '0.000000000',
    '0.025000000',
    '0.500000000',
    '0.841344746',
    '0.998650102',
    '1.000000000',
  ])
  const cut = { mean: 0.9, deviation: 0.3 }
  for (const share of [0.01, 0.5, 0.99]) expect(massBetween(cut, 0, quantile(cut, share))).toBeCloseTo(share, 9)
})

test('ends of a range are exact, whole numbers are equally likely, a log scale has equal steps of its logarithm', () => {
  const [rate, epochs] = spaceOf({
    rate: { at: '/r', range: [0.001, 10], scale: 'log', integer: false },
    epochs: { at: '/e', range: [1, 4], scale: 'linear', integer: true },
  })
  expect(rate!.grid(5)).toEqual([0.001, 0.01, 0.1, 1, 10])
  expect(rate!.pick(0)).toBe(0.001)
  expect(epochs!.grid(10)).toEqual([1, 2, 3, 4])
  expect([0, 0.24, 0.26, 0.49, 0.51, 0.76, 0.999].map(epochs!.pick)).toEqual([1, 1, 2, 2, 3, 4, 4])
})

test('a Parzen density sums to 1 over a space, and is highest where observations are', () => {
  const space = spaceOf({
    f: { at: '/f', values: ['a', 'b', 'c'] },
    n: { at: '/n', range: [1, 30], scale: 'log', integer: true },
  })
  const density = parzen(space, [
    { f: 'b', n: 4 },
    { f: 'b', n: 5 },
    { f: 'a', n: 20 },
  ])
  const all = ['a', 'b', 'c'].flatMap((f) => Array.from({ length: 30 }, (_, n) => ({ f, n: n + 1 })))
  const sum = all.reduce((total, settings) => total + Math.exp(density.logDensity(settings)), 0)
  expect(sum).toBeCloseTo(1, 9)
  expect(density.logDensity({ f: 'b', n: 4 })).toBeGreaterThan(density.logDensity({ f: 'a', n: 4 }))
  const drawn = Array.from({ length: 2000 }, (_, draw) => density.draw(key(draw)))
  for (const settings of [
    { f: 'b', n: 4 },
    { f: 'a', n: 20 },
    { f: 'c', n: 1 },
  ]) {
    const share = drawn.filter(({ f, n }) => f === settings.f && n === settings.n).length / drawn.length
    expect(share).toBeCloseTo(Math.exp(density.logDensity(settings)), 1)
  }
})

test('a density of a range integrates to 1', () => {
  const space = spaceOf({ x: { at: '/x', range: [2, 4], scale: 'linear', integer: false } })
  const density = parzen(space, [{ x: 2.1 }, { x: 3.7 }])
  const steps = 2000
  const sum = Array.from({ length: steps }, (_, k) => density.logDensity({ x: 2 + (2 * (k + 0.5)) / steps }))
  expect(sum.reduce((total, log) => total + Math.exp(log) / steps, 0)).toBeCloseTo(1, 4)
})

test('the dimension that decides is the important one; the shares sum to 1, and are 0 of too few trials', () => {
  const space = spaceOf({
    x: { at: '/x', range: [0, 1], scale: 'linear', integer: false },
    y: { at: '/y', range: [0, 1], scale: 'linear', integer: false },
    f: { at: '/f', values: [1, 2] },
  })
  const trials = Array.from({ length: 60 }, (_, number) => {
    const settings = randomSettings(space, key(5, number))
    return { number, settings, loss: ((settings['x'] as number) - 0.3) ** 2 }
  })
  const shares = importance(space, trials)
  expect(shares['x']).toBeGreaterThan(0.6)
  expect(Object.values(shares).reduce((sum, share) => sum + share)).toBeCloseTo(1, 9)
  expect(importance(space, trials.slice(0, 3))).toEqual(settingsOf(space, () => 0))
})
