import { expect, test } from 'vitest'
import { openKernels } from './open.js'
import { below, key, normal } from './random.js'

const random = (length: number, part: number) => Float32Array.from({ length }, (_, at) => normal(key(part), at))

/** Integers, so that scores are exact and there are many ties. */
const whole = (length: number, part: number) => Float32Array.from({ length }, (_, at) => below(5, key(part), at) - 2)

const skips = (count: number, height: number) => {
  const lists = Array.from({ length: count }, (_, q) =>
    Array.from({ length: height }, (_, row) => row).filter((row) => below(3, key(q), row) === 0),
  )
  const start = new Int32Array(count + 1)
  for (let q = 0; q < count; q++) start[q + 1] = start[q]! + lists[q]!.length
  return { lists, sparse: { start, index: Int32Array.from(lists.flat()) } }
}

test.each([
  [1, 1, 1, 1],
  [1, 10, 3, 4],
  [3, 0, 3, 4],
  [0, 5, 3, 4],
  [5, 7, 5, 10],
  [67, 531, 9, 10],
  [130, 300, 16, 40],
  [2, 1000, 4, 1000],
])('%i queries on %i rows of width %i rank the best %i by brute force', async (count, height, width, k) => {
  const queries = whole(count * width, 1)
  const items = whole(height * width, 2)
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    for (const skip of [undefined, skips(count, height)]) {
      const { rows, scores } = await kernels.topK(queries, items, width, k, skip?.sparse)
      for (let q = 0; q < count; q++) {
        const all = Array.from({ length: height }, (_, row) => {
          let score = 0
          for (let z = 0; z < width; z++) score += queries[q * width + z]! * items[row * width + z]!
          return { row, score }
        }).filter(({ row }) => !skip || !skip.lists[q]!.includes(row))
        all.sort((a, b) => b.score - a.score || a.row - b.row)
        const expected = Array.from({ length: k }, (_, place) => all[place] ?? { row: -1, score: -Infinity })
        expect([...rows.subarray(q * k, (q + 1) * k)]).toEqual(expected.map(({ row }) => row))
        expect([...scores.subarray(q * k, (q + 1) * k)].map((score) => score + 0)).toEqual(
          expected.map(({ score }) => score + 0),
        )
      }
    }
  }
})

test('rankings have the same bytes on any number of threads', async () => {
  const results = []
  for (const threads of [1, 2, 3]) {
    const kernels = await openKernels({ implementation: 'wasm', threads })
    results.push(await kernels.topK(random(300 * 19, 1), random(2001 * 19, 2), 19, 20, skips(300, 2001).sparse))
    await kernels.close()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})

/** Numbers of very different sizes: rounded scores are far off, and many are close to each other. */
const rough = (length: number, part: number) =>
  random(length, part).map((value, at) => value * 10 ** (below(7, key(part + 9), at) - 3))

test.each([
  ['normal', random, 33, 20],
  ['of different sizes', rough, 33, 20],
  ['with many ties', whole, 33, 20],
  ['of one number', random, 1, 5],
  ['wide', random, 300, 3],
] as const)(
  'many queries of numbers that are %s have the rows and scores of single ones',
  async (_, make, width, k) => {
    const [count, height] = [80, 1500]
    const queries = make(count * width, 1)
    const items = make(height * width, 2)
    queries.fill(0, 0, width)
    const { sparse: skip } = skips(count, height)
    const kernels = await openKernels({ implementation: 'wasm', threads: 2 })
    for (const left of [undefined, skip]) {
      const many = await kernels.topK(queries, items, width, k, left)
      for (let q = 0; q < count; q++) {
        const own = left?.index.subarray(left.start[q], left.start[q + 1])
        const one = await kernels.topK(queries.slice(q * width, (q + 1) * width), items, width, k, {
          start: Int32Array.of(0, own?.length ?? 0),
          index: own ?? new Int32Array(0),
        })
        expect(many.rows.subarray(q * k, (q + 1) * k), `rows of query ${q}`).toEqual(one.rows)
        expect(many.scores.subarray(q * k, (q + 1) * k), `scores of query ${q}`).toEqual(one.scores)
      }
    }
    items[5] = Number.NaN
    const { rows } = await kernels.topK(queries, items, width, k)
    expect(rows.includes(Math.floor(5 / width))).toBe(false)
    await kernels.close()
  },
)

test('scores of NaN or −∞ never rank', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    const { rows } = await kernels.topK(Float32Array.of(1), Float32Array.of(Number.NaN, 3, -Infinity, 4, 1), 1, 4)
    expect([...rows]).toEqual([3, 1, 4, -1])
  }
})

test.each([
  [1, 1, 1],
  [3, 0, 3],
  [0, 5, 3],
  [67, 531, 9],
  [130, 300, 16],
])(
  '%i queries on %i rows of width %i count the rows that score higher than held-out rows, and the same, by brute force',
  async (count, height, width) => {
    const queries = whole(count * width, 1)
    const items = whole(height * width, 2)
    // scores of the first query are NaN
    if (count > 1) queries[0] = Number.NaN
    const { sparse: skip, lists: skipped } = skips(count, height)
    const lists = skipped.map((left, q) =>
      Array.from({ length: height }, (_, row) => row).filter(
        (row) => !left.includes(row) && below(9, key(7, q), row) === 0,
      ),
    )
    const start = new Int32Array(count + 1)
    for (let q = 0; q < count; q++) start[q + 1] = start[q]! + lists[q]!.length
    const held = { start, index: Int32Array.from(lists.flat()) }
    const expected = lists.flatMap((rows, q) => {
      const scores = Array.from({ length: height }, (_, row) => {
        let score = 0
        for (let z = 0; z < width; z++) score += queries[q * width + z]! * items[row * width + z]!
        return score
      })
      const candidates = scores.filter((_, row) => !skipped[q]!.includes(row))
      return rows.map((row) => {
        const own = scores[row]!
        if (Number.isNaN(own)) return [candidates.length - 1, 1]
        return [candidates.filter((score) => score > own).length, candidates.filter((score) => score === own).length]
      })
    })
    for (const [implementation, threads] of [
      ['wasm', 1],
      ['wasm', 3],
      ['typescript', 1],
    ] as const) {
      const kernels = await openKernels({ implementation, threads })
      const { above, tied } = await kernels.countRanks(queries, items, width, held, skip)
      expect(Array.from(above, (count, place) => [count, tied[place]])).toEqual(expected)
      await kernels.close()
    }
  },
)
