import { denseBackward, denseForward } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { backends, useBackend } from './backend.js'
import { affine } from './dense.js'
import { product } from './gradients.js'
import { gatherRows } from './rows.js'

const matrix = (rows: number, columns: number, seed: number) =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, index) => Math.sin(seed + 1.7 * index)),
    [rows, columns],
  )

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    expect(await useBackend(name)).toBe(name)
  })

  test('gathering rows to another axis sums gradients over duplicates', () => {
    const rows = tf.tensor1d([2, 0, 2, 2], 'int32')
    const gradient = tf.grad((x) => tf.sum(tf.mul(gatherRows(tf.mul(x, 2), rows), matrix(4, 3, 1))))(matrix(3, 3, 0))
    const weights = [...matrix(4, 3, 1).dataSync()]
    const expected = Array.from({ length: 9 }, (_, index) => {
      const row = Math.floor(index / 3)
      return [2, 0, 2, 2].reduce((sum, r, k) => sum + (r === row ? 2 * weights[k * 3 + (index % 3)]! : 0), 0)
    })
    expect([...gradient.dataSync()].map((x, k) => Math.abs(x - expected[k]!)).every((gap) => gap < 1e-5)).toBe(true)
  })

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('the gradient of a product transposed %s, %s equals an explicit sum', (a, b) => {
    const left = a ? matrix(4, 3, 0) : matrix(3, 4, 0)
    const right = b ? matrix(5, 4, 2) : matrix(4, 5, 2)
    const weights = matrix(3, 5, 3)
    const plain = (x: tf.Tensor, y: tf.Tensor) => {
      const rows = a ? tf.transpose(x) : x
      const columns = b ? y : tf.transpose(y)
      return tf.sum(tf.mul(tf.sum(tf.mul(tf.expandDims(rows, 1), tf.expandDims(columns, 0)), 2), weights))
    }
    const fast = (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.matMul(x, y, a, b), weights))
    const expected = tf.grads(plain)([left, right])
    const found = tf.grads(fast)([left, right])
    expected.forEach((gradient, k) => {
      expect(tf.max(tf.abs(tf.sub(gradient, found[k]!))).dataSync()[0]).toBeLessThan(1e-4)
    })
    expect(product(left, right, a, b).shape).toEqual([3, 5])
  })

  test('transposes and sums over leading axes match explicit loops', () => {
    const x = matrix(37, 45, 1)
    const values = x.dataSync()
    const turned = tf.transpose(x).dataSync()
    expect(turned.every((value, k) => value === values[(k % 37) * 45 + Math.floor(k / 37)])).toBe(true)
    const sums = tf.sum(x, 0).dataSync()
    const cube = tf.sum(tf.reshape(x, [37, 9, 5]), [0, 1], true)
    expect(cube.shape).toEqual([1, 1, 5])
    for (let column = 0; column < 45; column++) {
      let sum = 0
      for (let row = 0; row < 37; row++) sum += values[row * 45 + column]!
      expect(sums[column]).toBeCloseTo(sum, 4)
    }
    for (let lane = 0; lane < 5; lane++)
      expect(cube.dataSync()[lane]).toBeCloseTo(
        [...sums].reduce((sum, value, column) => sum + (column % 5 === lane ? value : 0), 0),
        4,
      )
  })

  test('concatenation and split of matrices match explicit loops', () => {
    const [a, b] = [matrix(5, 3, 1), matrix(5, 10, 2)]
    const both = tf.concat([a, b], -1)
    const [left, right] = [a.dataSync(), b.dataSync()]
    const expected = Array.from({ length: 5 }, (_, row) => [
      ...left.slice(3 * row, 3 * row + 3),
      ...right.slice(10 * row, 10 * row + 10),
    ])
    expect([...both.dataSync()]).toEqual(expected.flat())
    const parts = tf.split(both, [3, 10], 1)
    expect(parts.map(({ shape }) => shape)).toEqual([a.shape, b.shape])
    expect(parts.map((part) => [...part.dataSync()])).toEqual([[...left], [...right]])
    expect(tf.split(both, 13, 1).map((part) => [...part.dataSync()])[12]).toEqual(expected.map((row) => row[12]))
    expect(tf.concat([a, a], 0).shape).toEqual([10, 3])
  })

  test.each([
    [9, 17, 9],
    [2, 300, 300],
  ])('a dense layer of %i rows, %i to %i, matches its reference, sequences included', (rows, from, to) => {
    const [x, kernel, by] = [matrix(rows, from, 0), matrix(from, to, 2), matrix(rows, to, 3)]
    const bias = tf.reshape(matrix(1, to, 4), [to])
    for (const activation of ['linear', 'relu'] as const) {
      const layer = { rows, from, to, relu: activation === 'relu' }
      const [xs, ks, bs] = [x, kernel, bias].map((tensor) => tensor.dataSync() as Float32Array) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ]
      const y = denseForward(layer, xs, ks, bs)
      const expected = denseBackward(layer, xs, ks, y, by.dataSync() as Float32Array)
      const sequence = (tensor: tf.Tensor) => tf.reshape(tensor, [1, ...tensor.shape])
      for (const shaped of [(tensor: tf.Tensor) => tensor, sequence]) {
        const value = (...given: tf.Tensor[]) => affine(shaped(given[0]!), given[1]!, given[2], activation)
        expect(value(x, kernel, bias).shape).toEqual(shaped(by).shape)
        const gradients = tf.grads((...given) => tf.sum(tf.mul(value(...given), shaped(by))))([x, kernel, bias])
        const found = [value(x, kernel, bias), ...gradients].map((tensor) => tensor.dataSync())
        for (const [place, numbers] of [y, expected.x, expected.kernel, expected.bias].entries())
          expect(Math.max(...numbers.map((number, at) => Math.abs(number - found[place]![at]!)))).toBeLessThan(1e-3)
      }
    }
  })

  test('registering the gradients of tfjs again does not restore transposed products', async () => {
    const own = tf.getGradient(tf.BatchMatMul)!
    tf.unregisterGradient(tf.BatchMatMul)
    tf.registerGradient({ ...own })
    await useBackend(name)
    expect(tf.getGradient(tf.BatchMatMul)).toBe(own)
  })

  test('a gather of rows outside the matrix is refused', () => {
    if (name !== 'tensorflow') expect(() => tf.gather(matrix(2, 2, 0), tf.tensor1d([2], 'int32')).dataSync()).toThrow()
  })
})

test('an unknown backend names the known ones', async () => {
  await expect(useBackend('webgpu')).rejects.toThrow('unknown backend "webgpu", expected tensorflow, wasm, cpu')
})
