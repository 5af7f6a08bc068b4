import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ids, type Opened, opened, world } from '../../../core/test/world.js'
import { cases } from './cases.js'
import { type Answer, answersOf, python } from './engine.js'

let kernels: Opened
let answers: ReadonlyMap<string, Answer | Error>

/** The largest difference, as a share of the largest number. */
const difference = (expected: ArrayLike<number>, found: ArrayLike<number>): number => {
  if (expected.length !== found.length) return Number.POSITIVE_INFINITY
  let [most, scale] = [0, 1e-3]
  for (let k = 0; k < expected.length; k++) {
    const gap = Math.abs(expected[k]! - found[k]!)
    most = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(most, gap)
    scale = Math.max(scale, Math.abs(expected[k]!))
  }
  return most / scale
}

describe.skipIf(python === undefined)('programs in Keras (skipped without RECSPEC_PYTHON)', () => {
  const chosen = cases(world, ids)
  beforeAll(async () => {
    kernels = await opened()
    answers = await answersOf(chosen, kernels)
  }, 1_800_000)
  afterAll(() => kernels.close())

  test.each(chosen.map(({ name }) => name))('%s: scores and one step agree', (name) => {
    const answer = answers.get(name)!
    if (answer instanceof Error) throw answer
    expect(difference(answer.scores.expected, answer.scores.found)).toBeLessThan(1e-5)
    expect(difference(answer.predictions.expected, answer.predictions.found)).toBeLessThan(1e-5)
    let moved = false
    for (const [weight, [expected, found, before]] of answer.weights) {
      expect([weight, difference(expected, found)]).toEqual([weight, expect.toSatisfy((gap: number) => gap < 1e-4)])
      moved ||= difference(before, expected) > 1e-3
    }
    expect(moved || answer.weights.size === 0).toBe(true)
  })
})
