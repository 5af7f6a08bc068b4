import { type Kernels, openKernels, tensorKernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formulas, operations } from '../test/cases.js'
import { type Case, resultsOf, tensor } from '../test/numbers.js'
import { activeBackend, openBackend } from './index.js'

const opened = new Map<number, Kernels>()
beforeAll(async () => {
  tf.env().set('PROD', true)
  for (const threads of [1, 2, 3]) opened.set(threads, await openKernels({ threads }))
})
afterAll(async () => {
  for (const kernels of opened.values()) await kernels.close()
})
const use = async (threads = 2) => {
  expect(await openBackend(opened.get(threads)!)).toBe(true)
  return activeBackend()!
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const agree = (found: readonly Float32Array[], expected: readonly Float32Array[], within: number) => {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length))
  for (const [place, values] of expected.entries()) {
    const scale = Math.max(1, largest(values))
    const gap = values.reduce((worst, value, at) => {
      const own = found[place]![at]!
      return Object.is(own, value) || own === value ? worst : Math.max(worst, Math.abs(own - value))
    }, 0)
    expect(gap / scale, `result ${place}`).toBeLessThan(within)
  }
}

const onBoth = async (one: Case) => {
  await tf.setBackend('cpu')
  const expected = resultsOf(one)
  await use()
  return [resultsOf(one), expected] as const
}

describe.each(operations.map((one) => [one.name, one] as const))('%s', (_, one) => {
  test('is what the cpu backend gives, with its gradients', async () => {
    const [found, expected] = await onBoth(one)
    agree(found, expected, 3e-5)
  })
})

describe.each(formulas.map((one) => [one.name, one] as const))('%s', (_, one) => {
  test('is what operations of tfjs give, with its gradients', async () => {
    const [found, expected] = await onBoth(one)
    agree(found, expected, 3e-5)
  })
})

test('results are the same bytes on any number of threads', async () => {
  for (const one of [...operations, ...formulas]) {
    await use(1)
    const expected = resultsOf(one)
    for (const threads of [2, 3]) {
      await use(threads)
      expect(resultsOf(one), `${one.name}, ${threads} threads`).toEqual(expected)
    }
  }
})

test('products and sums are in the order of rounding that a loop has', async () => {
  await use()
  const [rows, depth, columns] = [9, 300, 21]
  const [a, b] = [tensor([rows, depth], 1), tensor([depth, columns], 2)]
  const [x, y] = [a.dataSync(), b.dataSync()]
  const expected = Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let k = 0; k < depth; k++) sum = Math.fround(sum + Math.fround(x[row * depth + k]! * y[k * columns + column]!))
    return sum
  })
  expect(tf.matMul(a, b).dataSync()).toEqual(expected)
})

test('special numbers are those of the cpu backend', async () => {
  const special = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 88, -88, 100, -100, 1e-30, 1e30]
  for (const run of [tf.exp, tf.log, tf.sigmoid, tf.tanh, tf.relu, tf.softplus, tf.step, tf.abs, tf.sqrt]) {
    const found = []
    for (const backend of ['cpu', 'recspec']) {
      if (backend === 'cpu') await tf.setBackend('cpu')
      else await use()
      found.push([...(run as (x: tf.Tensor) => tf.Tensor)(tf.tensor1d(special)).dataSync()])
    }
    for (const [at, value] of found[0]!.entries()) {
      const own = found[1]![at]!
      // numbers below the smallest normal one count as 0
      const tiny = Math.abs(value) < 1.2e-38 && Math.abs(own) < 1.2e-38
      const close = Math.abs(own - value) <= 1e-6 * Math.abs(value)
      expect(tiny || close || Object.is(own, value), `${run.name} of ${special[at]}: ${own}, ${value}`).toBe(true)
    }
  }
})

test('what is read is a copy; a block is reused once its tensor is disposed', async () => {
  const backend = await use()
  const x = tensor([64, 64], 1)
  const first = tf.square(x)
  const numbers = first.dataSync()
  const kept = numbers.slice()
  const at = backend.place(first)
  first.dispose()
  const second = tf.neg(x)
  expect(backend.place(second)).toBe(at)
  expect(numbers).toEqual(kept)
})

test('an array in kernel memory is used where it is', async () => {
  const backend = await use()
  const table = opened.get(2)!.float32(12).fill(3)
  const x = tf.tensor(table, [3, 4])
  expect(backend.place(x)).toBe(table.byteOffset)
  table[0] = 5
  expect([...tf.sum(x, 1).dataSync()]).toEqual([14, 12, 12])
  // a part of a tensor is no longer part of it
  const part = tf.slice(tf.reshape(x, [12]), [0], [2])
  table[0] = 7
  expect([...part.dataSync()]).toEqual([5, 3])
})

test('tensors of other backends, strings and complex numbers work', async () => {
  await tf.setBackend('cpu')
  const x = tensor([5, 5], 1)
  const expected = tf.matMul(x, x).dataSync().slice()
  await use()
  agree([tf.matMul(x, x).dataSync() as Float32Array], [expected as Float32Array], 1e-6)
  expect(tf.tensor(['a', 'b']).dataSync() as unknown as string[]).toEqual(['a', 'b'])
  const both = tf.complex([1, 2], [3, 4])
  expect([...tf.real(both).dataSync(), ...tf.imag(tf.mul(both, both)).dataSync()]).toEqual([1, 2, 6, 16])
})

test('no block is left behind, with gradients and without', async () => {
  const backend = await use()
  for (let round = 0; round < 2; round++) {
    const before = tf.memory().numTensors
    const { used } = backend.memory()
    for (const one of [...operations, ...formulas]) resultsOf(one)
    expect(tf.memory().numTensors).toBe(before)
    expect(backend.memory().used).toBe(used)
  }
})

test('while an asynchronous kernel has the threads, an operation runs on this one: the same bytes', async () => {
  await use(3)
  const kernels = opened.get(3)!
  const [a, b] = [tensor([700, 64], 1), tensor([64, 700], 2)]
  const expected = tf.matMul(a, b).dataSync()
  const values = kernels.float32(20000 * 32).fill(1)
  for (let round = 0; round < 3; round++) {
    const sums = kernels.gram(values, 32)
    await Promise.resolve()
    expect(tf.matMul(a, b).dataSync()).toEqual(expected)
    expect((await sums)[0]).toBe(20000)
    expect(tf.matMul(a, b).dataSync()).toEqual(expected)
  }
})

test('kernels in TypeScript have no backend', async () => {
  const kernels = await openKernels({ implementation: 'typescript' })
  expect(tensorKernels(kernels)).toBeUndefined()
  expect(await openBackend(kernels)).toBe(false)
})
