import { expect, test } from 'vitest'
import { openKernels } from './open.js'
import { below, key, normal } from './random.js'

const random = (length: number, part: number) => Float32Array.from({ length }, (_, at) => normal(key(part), at))
const choices = (length: number, n: number, part: number) =>
  Int32Array.from({ length }, (_, at) => below(n, key(part), at))

test.each([1, 2, 3, 4, 5, 8, 13, 64])(
  'rows of width %i are gathered, bagged and accumulated as loops say',
  async (width) => {
    const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
    const reference = await openKernels({ implementation: 'typescript' })
    const height = 11
    const outside = random(height * width, width)
    const inside = kernels.float32(height * width)
    inside.set(outside)
    for (const count of [0, 1, 7, 40]) {
      const rows = choices(count, height, count)
      const expected = Float32Array.from({ length: count * width }, (_, at) => {
        return outside[rows[Math.floor(at / width)]! * width + (at % width)]!
      })
      for (const table of [inside, outside]) {
        for (const out of [new Float32Array(count * width), kernels.float32(count * width)]) {
          kernels.gather(table, width, rows, out)
          expect(Float32Array.from(out)).toEqual(expected)
        }
      }

      const start = Int32Array.from([0, Math.floor(count / 3), Math.floor(count / 3), count])
      const weights = random(count, 9)
      const bags = [inside, outside].map((table) => {
        const out = new Float32Array(3 * width).fill(5)
        kernels.bag(table, width, start, rows, weights, out)
        return out
      })
      const bag = new Float32Array(3 * width)
      reference.bag(outside, width, start, rows, weights, bag)
      let sum = 0
      for (let j = 0; j < start[1]!; j++) sum += weights[j]! * outside[rows[j]! * width]!
      expect(bag[0]).toBeCloseTo(sum, 4)
      for (const out of bags) for (let at = 0; at < out.length; at++) expect(out[at]).toBeCloseTo(bag[at]!, 4)

      for (const scale of [undefined, random(count, 4)]) {
        const gradients = random(count * width, 3)
        const sums = kernels.float32(height * width).fill(1)
        const other = new Float32Array(height * width).fill(1)
        kernels.accumulate(gradients, width, rows, sums, scale)
        reference.accumulate(gradients, width, rows, other, scale)
        for (let at = 0; at < sums.length; at++) expect(sums[at]).toBeCloseTo(other[at]!, 4)
        const row = rows[0] ?? 0
        let first = 1
        for (let k = 0; k < count; k++) if (rows[k] === row) first += (scale?.[k] ?? 1) * gradients[k * width]!
        expect(other[row * width]).toBeCloseTo(first, 4)
      }
    }
  },
)

test('an array longer than its rows keeps the remainder, a shorter one is refused', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const table = kernels.float32(6).fill(2)
  for (const out of [new Float32Array(5).fill(9), kernels.float32(5).fill(9)]) {
    kernels.gather(table, 2, Int32Array.of(1, 2), out)
    expect([...out]).toEqual([2, 2, 2, 2, 9])
    expect(() => kernels.gather(table, 2, Int32Array.of(0, 1, 2), out)).toThrow('needs 3 rows of 2, got 5 numbers')
    expect(() => kernels.accumulate(out, 2, Int32Array.of(0, 1, 2), table)).toThrow('needs 3 rows of 2')
  }
})
