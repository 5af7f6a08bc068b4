import { expect, test } from 'vitest'
import { openKernels } from '../open.js'
import { denseAdam } from './denseadam.js'

const WIDTH = 5
const { rule, parameters } = denseAdam()
const { table: tableOf, catchUp, setSteps } = rule.deferred!

const blank = () => ({
  values: new Float32Array(WIDTH),
  at: 0,
  state: new Float32Array(2 * WIDTH + 1),
  slot: 0,
  width: WIDTH,
})

test.each([
  [1, 1e-2, 3],
  [0.01, 1e-2, 3],
  [1e-6, 4e-2, 3],
  [1e-6, 2e-3, 4000],
])(
  'a deferred update equals the sum of the missed steps, gradients of %d to %d after %d steps',
  (size, tolerance, before) => {
    const rates = Float64Array.from({ length: 400 }, (_, step) => 0.01 / (1 + step / 100))
    const gradient = Float64Array.from({ length: WIDTH }, (_, z) => size * (z - 1.5))
    const zeros = new Float64Array(WIDTH)
    const [one, other] = [blank(), blank()]
    const step = (place: typeof one, number: number, along: Float64Array) =>
      rule.update(parameters, place, along, rates[number]!, before + number + 1)

    step(one, 0, gradient)
    setSteps(one, 1)
    const table = tableOf(parameters, rates, before)
    // in two parts, as for a row that is read in between
    catchUp(parameters, one, table, before, 6)
    catchUp(parameters, one, table, before, 400)

    step(other, 0, gradient)
    for (let number = 1; number < 400; number++) step(other, number, zeros)

    expect(one.state[2 * WIDTH]).toBe(400)
    one.values.forEach((value, z) => {
      expect(Math.abs(value / other.values[z]! - 1)).toBeLessThan(tolerance)
      expect(one.state[WIDTH + z]! / other.state[WIDTH + z]!).toBeCloseTo(1, 3)
    })
  },
)

test('moments that have decayed to nothing are 0', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    const { values, state } = blank()
    const step = (gradient: number, number: number) =>
      kernels.update(
        denseAdam(),
        { values, state, width: WIDTH },
        Int32Array.of(0),
        new Float32Array(WIDTH).fill(gradient),
        0.01,
        number,
      )
    step(0.5, 1)
    for (let number = 2; number < 900; number++) step(0, number)
    expect([...state.subarray(0, WIDTH)]).toEqual(Array(WIDTH).fill(0))
    for (const square of state.subarray(WIDTH, 2 * WIDTH)) expect(square).toBeGreaterThan(0)
    await kernels.close()
  }
})
