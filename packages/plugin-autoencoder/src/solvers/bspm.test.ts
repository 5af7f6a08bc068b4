import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { denseFilter, denseRows, documentOf, ITEMS, refusal, scoresAfter, times } from '../../test/linear.js'
import { bspm } from './bspm.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await openKernels({ threads: 2 })
})
afterAll(() => kernels.close())

const add = (a: readonly number[][], b: readonly number[][], factor: number) =>
  a.map((row, k) => row.map((value, column) => value + factor * b[k]![column]!))

/** One step of dy/dt = −y P by the classical method of Runge and Kutta. */
const sharpened = (y: number[][], filter: number[][], h: number): number[][] => {
  const slope = (at: number[][]) => times(at, filter).map((row) => row.map((value) => -value))
  const first = slope(y)
  const second = slope(add(y, first, h / 2))
  const third = slope(add(y, second, h / 2))
  const last = slope(add(y, third, h))
  return add(add(add(add(y, first, h / 6), second, h / 3), third, h / 3), last, h / 6)
}

test('the scores are blurred, and sharpened by steps of Runge and Kutta', async () => {
  const rows = denseRows()
  const filter = denseFilter(rows)
  // with as many vectors as items the low pass lets everything through
  const blurred = add(times(rows, filter), rows, 0.2)
  for (const steps of [1, 2]) {
    const solver = { type: 'autoencoder/bspm', vectors: ITEMS, weight: 0.2, time: 1.5, steps }
    const found = await scoresAfter(documentOf(solver), kernels)
    let expected = blurred
    for (let step = 0; step < steps; step++) expected = sharpened(expected, filter, 1.5 / steps)
    found.forEach((score, at) => {
      expect(score).toBeCloseTo(expected[Math.floor(at / ITEMS)]![at % ITEMS]!, 3)
    })
  }
})

test('it has no dropout, and its defaults are those of the paper', () => {
  expect(refusal(documentOf({ type: 'autoencoder/bspm' }, {}, { dropout: 0.5 }))).toContain('has no "dropout"')
  expect(bspm.params.properties['time']).toMatchObject({ default: 2.5 })
})
