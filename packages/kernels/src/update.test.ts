import { expect, test } from 'vitest'
import { optimizers } from '../test/battery.js'
import { openKernels } from './open.js'
import { adagrad, adam, denseAdam, rmsprop, sgd } from './optimizers/index.js'
import { initialState, type Optimizer, slots } from './optimizers/optimizer.js'
import { key, normal } from './random.js'

test.each(optimizers)('%s updates the given rows as the reference does, and no others', async (_, rule) => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const reference = await openKernels({ implementation: 'typescript' })
  for (const width of [1, 2, 3, 4, 7, 8, 33]) {
    const height = 9
    const size = slots(rule, width)
    const rows = Int32Array.from([4, 1, 7])
    const targets = [kernels, reference].map(({ float32 }) => {
      const values = float32(height * width)
      for (let at = 0; at < values.length; at++) values[at] = normal(key(width), at)
      return { values, state: float32(height * size).fill(initialState(rule)), width }
    })
    const before = Float32Array.from(targets[0]!.values)
    for (let step = 1; step <= 20; step++) {
      const gradients = Float32Array.from({ length: rows.length * width }, (_, at) => normal(key(width, step), at))
      if (step === 3) gradients.fill(0)
      kernels.update(rule, targets[0]!, rows, gradients, 0.05, step)
      reference.update(rule, targets[1]!, rows, gradients, 0.05, step)
    }
    const [wasm, typescript] = targets as [(typeof targets)[0], (typeof targets)[0]]
    for (const part of ['values', 'state'] as const) {
      for (let at = 0; at < wasm[part].length; at++) {
        const scale = 1 + Math.abs(typescript[part][at]!)
        expect(Math.abs(wasm[part][at]! - typescript[part][at]!)).toBeLessThan(2e-6 * scale)
      }
    }
    for (let at = 0; at < before.length; at++) {
      const touched = rows.includes(Math.floor(at / width))
      if (touched) expect(wasm.values[at]).not.toBe(before[at])
      else expect(wasm.values[at]).toBe(before[at])
    }
  }
})

test('the first step of every optimizer matches its formula', async () => {
  const { update } = await openKernels({ implementation: 'typescript' })
  const gradients = Float32Array.of(0.3, -0.4)
  const moved = (rule: Optimizer) => {
    const values = new Float32Array(2)
    const state = new Float32Array(slots(rule, 2)).fill(initialState(rule))
    update(rule, { values, state, width: 2 }, Int32Array.of(0), gradients, 0.1, 1)
    return [...values]
  }
  const close = (values: number[], expected: number[]) =>
    values.forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at]!, 6)
    })
  close(moved(sgd()), [-0.03, 0.04])
  close(moved(adagrad(0, 0.1)), [-0.03 / Math.sqrt(0.1 + 0.125), 0.04 / Math.sqrt(0.1 + 0.125)])
  close(moved(adagrad(0, 0.1, true)), [-0.03 / Math.sqrt(0.1 + 0.09), 0.04 / Math.sqrt(0.1 + 0.16)])
  close(moved(adam(0.9, 0.999, 0)), [-0.1, 0.1])
  close(moved(rmsprop(0.9, 0)), [-0.1 / Math.sqrt(0.1), 0.1 / Math.sqrt(0.1)])
})

test('a gradient of 0 changes nothing with epsilon 0', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    for (const rule of [adagrad(0), adagrad(0, 0, true), adam(0.9, 0.999, 0), rmsprop(0.9, 0)]) {
      const values = kernels.float32(5).fill(1)
      const target = { values, state: kernels.float32(slots(rule, 5)), width: 5 }
      kernels.update(rule, target, Int32Array.of(0), new Float32Array(5), 0.1, 1)
      expect([...values]).toEqual([1, 1, 1, 1, 1])
    }
  }
})

test('adam keeps small moments that dense adam rounds to 0', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    // five numbers: a SIMD vector of four, and one more
    for (const [rule, expected] of [
      [adam(), 0.9 * Math.fround(1e-38)],
      [denseAdam(), 0],
    ] as const) {
      const state = kernels.float32(slots(rule, 5)).fill(1e-38, 0, 10)
      const target = { values: kernels.float32(5), state, width: 5 }
      kernels.update(rule, target, Int32Array.of(0), new Float32Array(5), 0.1, 1)
      for (const mean of state.subarray(0, 5)) expect(mean).toBe(Math.fround(expected))
    }
  }
})
