import { expect, test } from 'vitest'
import { key, normal } from '../random.js'
import { denseBackward, denseForward } from './dense.js'
import { openDense } from './open.js'

const random = (length: number, part: number) => Float32Array.from({ length }, (_, at) => normal(key(part), at))

/** A memory that is not shared, with arrays allocated one after the other. */
const heap = () => {
  const { Memory } = (
    globalThis as unknown as { WebAssembly: { Memory: new (limits: object) => { buffer: ArrayBuffer } } }
  ).WebAssembly
  const memory = new Memory({ initial: 32 })
  let next = 1024
  const place = (values: Float32Array) => {
    const at = next
    next += 4 * values.length + 64
    new Float32Array(memory.buffer, at, values.length).set(values)
    return at
  }
  return { memory, place, read: (at: number, length: number) => new Float32Array(memory.buffer, at, length).slice() }
}

const close = (found: Float32Array, expected: Float32Array) => {
  expect(found.length).toBe(expected.length)
  const worst = found.reduce((gap, value, at) => Math.max(gap, Math.abs(value - expected[at]!)), 0)
  expect(worst).toBeLessThan(1e-4)
}

const sizes = [
  [1, 1, 1],
  [3, 5, 2],
  [4, 8, 8],
  [7, 13, 9],
  [130, 16, 1],
  [66, 20, 12],
  [131, 33, 31],
  [0, 4, 4],
] as const

test.each(sizes)('a layer of %i rows, %i to %i, and its gradients match explicit loops', async (rows, from, to) => {
  const { memory, place, read } = heap()
  const kernels = (await openDense(memory))!
  const [x, kernel, bias, dy] = [rows * from, from * to, to, rows * to].map(random) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  // result buffers are not zeroed
  const room = (length: number) => place(new Float32Array(length).fill(7))
  for (const relu of [false, true])
    for (const biased of [false, true]) {
      const layer = { rows, from, to, relu }
      const y = denseForward(layer, x, kernel, biased ? bias : undefined)
      const out = room(rows * to)
      kernels.forward(layer, place(x), place(kernel), biased ? place(bias) : 0, out)
      close(read(out, rows * to), y)

      const expected = denseBackward(layer, x, kernel, y, dy)
      const at = {
        ...{ x: place(x), kernel: place(kernel), y: place(y), dy: place(dy) },
        ...{ slope: room(rows * to), transposed: room(from * to) },
        ...{ dx: room(rows * from), dkernel: room(from * to), dbias: biased ? room(to) : 0 },
      }
      kernels.backward(layer, at)
      close(read(at.dx, rows * from), expected.x)
      close(read(at.dkernel, from * to), expected.kernel)
      if (biased) close(read(at.dbias, to), expected.bias)
    }
})

test('the gradients of the reference agree with finite differences', () => {
  const layer = { rows: 3, from: 4, to: 2, relu: true }
  const [x, kernel, bias, dy] = [random(12, 1), random(8, 2), random(2, 3), random(6, 4)]
  const value = (...given: [Float32Array, Float32Array, Float32Array]) =>
    denseForward(layer, ...given).reduce((sum, y, at) => sum + y * dy[at]!, 0)
  const gradients = denseBackward(layer, x, kernel, denseForward(layer, x, kernel, bias), dy)
  const moved = (values: Float32Array, at: number, by: number) => values.map((old, k) => (k === at ? old + by : old))
  const step = 1e-3
  x.forEach((_, at) => {
    const slope = (value(moved(x, at, step), kernel, bias) - value(moved(x, at, -step), kernel, bias)) / (2 * step)
    expect(gradients.x[at]).toBeCloseTo(slope, 2)
  })
  kernel.forEach((_, at) => {
    const slope = (value(x, moved(kernel, at, step), bias) - value(x, moved(kernel, at, -step), bias)) / (2 * step)
    expect(gradients.kernel[at]).toBeCloseTo(slope, 2)
  })
  bias.forEach((_, at) => {
    const slope = (value(x, kernel, moved(bias, at, step)) - value(x, kernel, moved(bias, at, -step))) / (2 * step)
    expect(gradients.bias[at]).toBeCloseTo(slope, 2)
  })
})

test('columns of a matrix are copied to columns of another', async () => {
  const { memory, place, read } = heap()
  const kernels = (await openDense(memory))!
  const from = random(3 * 7, 1)
  const to = place(new Float32Array(3 * 10))
  kernels.columns(place(from) + 4, 7, to + 8, 10, 6, 3)
  const expected = new Float32Array(3 * 10)
  for (let row = 0; row < 3; row++) expected.set(from.subarray(row * 7 + 1, row * 7 + 7), row * 10 + 2)
  expect(read(to, 30)).toEqual(expected)
})
