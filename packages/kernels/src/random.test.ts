import { expect, test } from 'vitest'
import { module as encoded } from './module.generated.js'
import { below, key, mix, normal, permutation, uniform } from './random.js'
import type { Exports } from './wasm/webassembly.js'
import { platform } from './wasm/webassembly.js'

const memory = new platform!.Memory({ initial: 2, maximum: 65536, shared: true })
const wasm = async () => {
  const module = await platform!.compile(Buffer.from(encoded, 'base64'))
  return new platform!.Instance(module, { env: { memory, abort() {} } }).exports as Exports
}

test('the wasm generator gives the same bits as the reference', async () => {
  const { mix: other } = await wasm()
  for (let draw = 0; draw < 5000; draw++) {
    const state = mix(7, draw)
    const value = mix(state, draw * 3)
    expect(other!(state, value)! >>> 0).toBe(mix(state, value))
  }
})

test.each([0, 1, 2, 3, 100, 4097])('a wasm permutation of %i equals that of the reference', async (n) => {
  const { permute } = await wasm()
  const list = new Int32Array(memory.buffer, 65536, n).map((_, at) => at)
  new Int32Array(memory.buffer, 65536, n).set(list)
  permute!(65536, n, 99)
  const order = permutation(n, 99)
  expect(Int32Array.from(new Int32Array(memory.buffer, 65536, n))).toEqual(order)
  expect(Int32Array.from(order).sort()).toEqual(list)
})

test('draws are uniform, normal and depend on every part of the key', () => {
  const n = 20000
  const draws = Array.from({ length: n }, (_, draw) => uniform(key(1, 2), draw))
  const normals = Array.from({ length: n }, (_, draw) => normal(key(1, 2), draw))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(Math.abs(mean(draws) - 0.5)).toBeLessThan(0.01)
  expect(Math.abs(mean(normals))).toBeLessThan(0.03)
  expect(Math.abs(mean(normals.map((value) => value * value)) - 1)).toBeLessThan(0.05)
  const counts = new Array(10).fill(0)
  for (let draw = 0; draw < n; draw++) counts[below(10, key(4), draw)]++
  for (const count of counts) expect(Math.abs(count - n / 10)).toBeLessThan(200)
  expect(key(1, 2)).not.toBe(key(2, 1))
  expect(key(1, 2)).not.toBe(key(1, 2, 0))
})
