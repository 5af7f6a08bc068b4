import type { MemoryPart, MemorySizes } from '@recspec/core'
import { expect, test } from 'vitest'
import { problemOf, type Setup } from '../../test/problem.js'
import { gibbs } from '../gibbs/gibbs.js'
import { filledSquares } from '../losses/filledsquares.js'
import { gaussian } from '../losses/gaussian.js'
import { weightedSquares } from '../losses/weightedsquares.js'
import { svd } from '../svd/svd.js'
import { als } from './als.js'

const [users, items, events] = [20, 10, 50]
const sizes = (threads = 1): MemorySizes => ({
  ...{ users, items, events, threads },
  height: (table) => (table === 'p' || table === 'bu' ? users : items) + 1,
  rows: () => ({ mean: 1, most: 1 }),
})
const setup = (dim: number, rest: Partial<Setup> = {}): Setup => ({
  ...{ users, items, dim, events: [[0, 0, 1]], loss: weightedSquares, params: { unobservedWeight: 0.3 } },
  ...rest,
})
const explicit = (dim: number): Partial<Setup> => ({ dim, loss: gaussian, params: { sigma: 1 } })
const bytes = (parts: readonly MemoryPart[]) => Object.fromEntries(parts.map((part) => [part.name, part.bytes]))
const settings = (method: string) => ({ iterations: 1, method, steps: 3, block: 64 }) as never
const ofAls = (given: Setup, method: string, threads = 1) =>
  als.memory!(settings(method), problemOf(given), sizes(threads))

test('als: cells by user and by item, and no copies of tables that are solved alone', () => {
  const parts = bytes(ofAls(setup(32), 'cg'))
  expect(parts['observed cells']).toBe(events * 2 * 3 * 4)
  expect(parts['copies of tables']).toBe(0)
})

test('als: tables that are solved together are copied', () => {
  const parts = bytes(ofAls(setup(16, { ...explicit(16), bias: { l2: 0.1, nu: 1 } }), 'cholesky'))
  // per half-step a vector and a bias of each row, what they are multiplied by, and targets less the other bias
  const rows = users + 1 + items + 1
  expect(parts['copies of tables']).toBe(2 * (4 * rows * 17 + 4 * events))
})

test('als: scratch of conjugate gradients is partial and whole Gram matrices, eigenvectors and what threads keep', () => {
  const dim = 32
  const gram = 2 * 8 * dim ** 2
  const eigenvectors = (8 + 4 + 4) * dim ** 2
  const own = 256 * 1024 + 16 * dim + 4 * dim ** 2
  for (const threads of [1, 2])
    expect(bytes(ofAls(setup(dim), 'cg', threads))['scratch of least squares']).toBe(
      gram + eigenvectors + threads * own + 2 * 4 * (users + 1),
    )
})

test('als: Gram matrices of 20,000 columns are more than the kernels hold', () => {
  for (const method of ['auto', 'cholesky', 'cg', 'ialspp']) {
    const kept = ofAls(setup(20_000), method).filter(({ inKernels }) => inKernels)
    expect(
      kept.reduce((sum, part) => sum + part.bytes, 0),
      method,
    ).toBeGreaterThan(2 ** 32)
  }
})

test('gibbs: keeps one sample in `thin`, and both sides as matrices', () => {
  expect(gibbs.samples!({ samples: 20, burnIn: 1, thin: 1 })).toBe(20)
  expect(gibbs.samples!({ samples: 512, burnIn: 1 })).toBe(46)
  const problem = problemOf(setup(4, { ...explicit(4), bias: { l2: 0, nu: 1 } }))
  const parts = bytes(gibbs.memory!({ samples: 20, burnIn: 1 }, problem, sizes()))
  const rows = users + 1 + items + 1
  expect(parts['copies of tables']).toBe(2 * 4 * rows * 5)
})

test('svd: two bases of both sides in float64', () => {
  const problem = problemOf(setup(3, { loss: filledSquares, params: { fill: 'zero' } }))
  const parts = bytes(svd.memory!({ powerIterations: 1, oversampling: 2 }, problem, sizes()))
  expect(parts['singular vectors']).toBe(2 * 8 * 5 * (users + items) + 4 * 8 * 5 * 5)
})
