import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toposort } from './toposort.js'

test('a name comes after those it reads, ties in the given order', () => {
  const reads = new Map([
    ['c', ['a', 'b']],
    ['b', ['x']],
    ['a', []],
  ])
  expect(toposort(reads)).toEqual({ sorted: ['b', 'a', 'c'], cycles: [] })
})

test('each cycle is found once, as a closed walk', () => {
  const reads = new Map([
    ['a', ['b']],
    ['b', ['a']],
    ['c', ['c']],
    ['d', ['a', 'c']],
    ['e', []],
  ])
  const { sorted, cycles } = toposort(reads)
  expect(sorted).toEqual(['e'])
  expect(cycles.map((cycle) => cycle.length)).toEqual([3, 2])
  for (const cycle of cycles) expect(cycle[0]).toBe(cycle.at(-1))
})

test('any graph is sorted but for its cycles, whose steps are edges', () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 25 })
  fc.assert(
    fc.property(edges, (list) => {
      const reads = new Map<string, string[]>(Array.from({ length: 10 }, (_, k) => [`${k}`, []]))
      for (const [from, to] of list) reads.get(`${from}`)!.push(`${to}`)
      const { sorted, cycles } = toposort(reads)
      const place = new Map(sorted.map((name, index) => [name, index]))
      for (const name of sorted)
        for (const read of reads.get(name)!) expect(place.get(read)!).toBeLessThan(place.get(name)!)
      // a walk goes from what is read to who reads it
      for (const cycle of cycles)
        for (let k = 1; k < cycle.length; k++) expect(reads.get(cycle[k]!)!).toContain(cycle[k - 1]!)
      expect(cycles.length > 0).toBe(sorted.length < reads.size)
    }),
    { numRuns: 300, seed: 3 },
  )
})
