import { below, key } from '@recspec/kernels'
import { expect, test } from 'vitest'
import type { Ranking } from '../../contract/metric.js'
import { metrics } from './index.js'

const value = (name: string, ranking: Ranking, k: number, variant?: string) =>
  metrics[name]!.ranking!(ranking, k, variant)

/** Every metric of rankings once more, with each variant, over a list of relevant (held-out) and other items. */
const oracle: Record<string, (list: readonly boolean[], k: number, held: number) => number> = {
  hr: (list, k) => (list.slice(0, k).includes(true) ? 1 : 0),
  recall: (list, k, held) => list.slice(0, k).filter(Boolean).length / held,
  'recall(truncated)': (list, k, held) => list.slice(0, k).filter(Boolean).length / Math.min(k, held),
  precision: (list, k) => list.slice(0, k).filter(Boolean).length / k,
  mrr: (list, k) => (list.slice(0, k).includes(true) ? 1 / (1 + list.indexOf(true)) : 0),
  map: (list, k, held) => {
    const precisions = list
      .slice(0, k)
      .flatMap((hit, place) => (hit ? [list.slice(0, place + 1).filter(Boolean).length / (place + 1)] : []))
    return precisions.reduce((sum, one) => sum + one, 0) / Math.min(k, held)
  },
  ndcg: (list, k, held) => {
    const gain = (places: readonly boolean[]) =>
      places.slice(0, k).reduce((sum, hit, place) => sum + (hit ? Math.LN2 / Math.log(place + 2) : 0), 0)
    return gain(list) / gain(list.map((_, place) => place < held))
  },
  epr: (list, _, held) => percentile(list) / held,
  'epr(per-user)': (list, _, held) => percentile(list) / held,
}

/** Σ place / (length − 1) over relevant items. */
const percentile = (list: readonly boolean[]) =>
  list.reduce((sum, hit, place) => sum + (hit && list.length > 1 ? place / (list.length - 1) : 0), 0)

test('every metric of rankings, and every variant, has an oracle', () => {
  const expected = Object.entries(metrics).flatMap(([name, { of, variants }]) =>
    of !== 'rankings' ? [] : [name, ...(variants as readonly string[]).map((variant) => `${name}(${variant})`)],
  )
  expect(Object.keys(oracle).sort()).toEqual(expected.sort())
})

test.each(Object.keys(oracle))('%s agrees with its definition on random rankings', (text) => {
  const [name, variant] = text.split(/[()]/) as [string, string | undefined]
  for (let trial = 0; trial < 200; trial++) {
    const length = 1 + below(40, key(7), trial)
    const list = Array.from({ length }, (_, place) => below(4, key(8, trial), place) === 0)
    list[below(length, key(9), trial)] = true
    const ranks = list.flatMap((hit, place) => (hit ? [place] : []))
    const k = 1 + below(25, key(10), trial)
    const ranking = { ranks, held: ranks.length, candidates: length - 1 }
    expect(value(name, ranking, k, variant)).toBeCloseTo(oracle[text]!(list, k, ranks.length), 12)
  }
})

/** Every order of a list. */
const orders = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  list.length === 0
    ? [[]]
    : list.flatMap((one, place) => orders(list.toSpliced(place, 1)).map((rest) => [one, ...rest]))

test.each(Object.keys(oracle))('%s of tied items is the mean over all of their orders', (text) => {
  const [name, variant] = text.split(/[()]/) as [string, string | undefined]
  for (let trial = 0; trial < 40; trial++) {
    // groups of items with one score, best first
    const groups = Array.from({ length: 2 }, (_, group) =>
      Array.from({ length: 1 + below(4, key(12, trial), group) }, (_, place) => below(2, key(13, trial, group), place)),
    )
    groups[0]![0] = 1
    const lists = groups
      .map(orders)
      .reduce<readonly (readonly number[])[]>(
        (before, after) => before.flatMap((first) => after.map((second) => [...first, ...second])),
        [[]],
      )
    const held = lists[0]!.filter((hit) => hit === 1).length
    const k = 1 + below(6, key(14, trial), 0)
    const mean = lists.reduce((sum, list) => sum + oracle[text]!(list.map(Boolean), k, held), 0) / lists.length
    const found = groups.flatMap((group, place) => {
      const first = groups.slice(0, place).flat().length
      return group.filter(Boolean).map(() => [first, group.length] as const)
    })
    const ranking = {
      ranks: found.map(([rank]) => rank),
      tied: found.map(([, size]) => size),
      held,
      candidates: lists[0]!.length - 1,
    }
    expect(value(name, ranking, k, variant), `${k} ${JSON.stringify(groups)}`).toBeCloseTo(mean, 12)
  }
})

test('with one held-out item ndcg is ln 2 / ln(rank + 2), and 0 from rank k on', () => {
  const at = (rank: number) => value('ndcg', { ranks: [rank], held: 1, candidates: 99 }, 10)
  expect(at(0)).toBe(1)
  expect(at(9)).toBeCloseTo(Math.LN2 / Math.log(11), 15)
  expect(at(10)).toBe(0)
})

test('the percentile rank is weighted by the value of the cells', () => {
  const ranking = { ranks: [0, 5, 10], held: 3, candidates: 10, weights: [1, 2, 5] }
  expect(value('epr', ranking, 0)).toBeCloseTo((1 * 0 + 2 * 0.5 + 5 * 1) / 8, 15)
  expect(metrics['epr']!.weight!(ranking)).toBe(8)
  expect(metrics['epr']!.weight!(ranking, 'per-user')).toBe(1)
  const { weights, ...plain } = ranking
  expect(value('epr', plain, 0)).toBeCloseTo(0.5, 15)
})
