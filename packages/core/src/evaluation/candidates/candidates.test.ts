import { below, key } from '@recspec/kernels'
import { expect, test } from 'vitest'
import type { RankingTask, Scorer } from '../../contract/candidates.js'
import type { Ranking } from '../../contract/metric.js'
import type { Dataset } from '../../dataset/dataset.js'
import { idsOf } from '../../dataset/ids.js'
import { sparse } from '../../dataset/sparse.js'
import { candidates } from './index.js'

const [users, items] = [6, 15]
const entities = (count: number) => ({
  ids: idsOf(Array.from({ length: count }, (_, id) => `${id}`)),
  columns: new Map(),
})
const seenItems = (user: number) => [user, user + 1, user + 2]
const cells = Array.from({ length: users }, (_, user) => [user, user + 5] as const)
const lists = cells.map(([user, item]) => [item, ...[9, 11, 12, 14].map((one) => (one + user) % items)])

const training: Dataset = {
  users: entities(users),
  items: entities(items),
  events: {
    count: 3 * users,
    user: Int32Array.from({ length: 3 * users }, (_, row) => Math.floor(row / 3)),
    item: Int32Array.from({ length: 3 * users }, (_, row) => seenItems(Math.floor(row / 3))[row % 3]!),
    columns: new Map(),
  },
  candidates: {
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
    start: Int32Array.from({ length: users + 1 }, (_, cell) => 5 * cell),
    lists: Int32Array.from(lists.flat()),
  },
  notes: [],
}

/**
 * Parameters of each candidate set, its half of the protocol, and the number of candidates other than the held-out
 * item.
 */
const cases: Readonly<Record<string, { params: Record<string, unknown>; protocol: string; others: number }>> = {
  all: { params: {}, protocol: 'all', others: items - 3 - 1 },
  sampled: { params: { count: 4 }, protocol: 'sampled-4', others: 4 },
  stored: { params: {}, protocol: 'stored-5', others: 4 },
}

test('every candidate set has a case', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(candidates).sort())
})

const rankings = async (name: string, score: (user: number, item: number) => number) => {
  const scorer: Scorer = {
    predict: () => new Float32Array(0),
    scorePairs: (list, of) => Float32Array.from(list, (user, pair) => score(user, of[pair]!)),
  }
  const task: RankingTask = {
    ...{ scorer, training, seed: 3 },
    seen: sparse(training.events, 'user', { users, items }),
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
  }
  const found: Ranking[] = []
  for await (const ranking of candidates[name]!.rank(cases[name]!.params, task)) found.push(ranking)
  return found
}
const ranksOf = (found: readonly Ranking[]) => found.map(({ ranks }) => Array.from(ranks))

for (const [name, { params, protocol, others }] of Object.entries(cases)) {
  test(`${name}: one ranking per held-out item among as many candidates as its protocol says`, async () => {
    expect(candidates[name]!.protocol(params, training)).toBe(protocol)
    const found = await rankings(name, (user, item) => below(1000, key(7, user), item))
    expect(found.map(({ held, candidates: number }) => [held, number])).toEqual(cells.map(() => [1, others]))
    expect(
      ranksOf(found)
        .flat()
        .every((rank) => rank >= 0 && rank <= others),
    ).toBe(true)
    expect(ranksOf(await rankings(name, (user, item) => below(1000, key(7, user), item)))).toEqual(ranksOf(found))
  })

  test(`${name}: the held-out item is first with the highest score, anywhere with a tie, last with the lowest or NaN`, async () => {
    const own = (user: number, item: number) => cells[user]![1] === item
    const first = await rankings(name, (user, item) => (own(user, item) ? 1 : 0))
    expect(ranksOf(first)).toEqual(cells.map(() => [0]))
    const tied = await rankings(name, () => 0)
    expect(ranksOf(tied)).toEqual(cells.map(() => [0]))
    expect(tied.map((ranking) => Array.from(ranking.tied!))).toEqual(cells.map(() => [others + 1]))
    for (const low of [-1, Number.NaN]) {
      const last = await rankings(name, (user, item) => (own(user, item) ? low : 0))
      expect(ranksOf(last)).toEqual(cells.map(() => [others]))
    }
  })

  // stored lists are used as they are
  test.skipIf(name === 'stored')(`${name}: items that the user has in training are not candidates`, async () => {
    const found = await rankings(name, (user, item) => (seenItems(user).includes(item) ? 9 : cells[user]![1] - item))
    const low = await rankings(name, (user, item) => (seenItems(user).includes(item) ? -99 : cells[user]![1] - item))
    expect(ranksOf(found)).toEqual(ranksOf(low))
  })
}

test('all ranks items that the user has too, where they are `seen`', async () => {
  expect(candidates['all']!.protocol({ seen: true }, training)).toBe('all(seen)')
  const score = (user: number, item: number) => (seenItems(user).includes(item) ? 9 : cells[user]![1] - item)
  const task: RankingTask = {
    scorer: {
      predict: () => new Float32Array(0),
      scorePairs: (list, of) => Float32Array.from(list, (user, pair) => score(user, of[pair]!)),
    },
    training,
    seed: 3,
    seen: sparse(training.events, 'user', { users, items }),
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
  }
  const found: Ranking[] = []
  for await (const ranking of candidates['all']!.rank({ seen: true }, task)) found.push(ranking)
  const others = (user: number, own: number) =>
    Array.from({ length: items }, (_, item) => item).filter(
      (item) => item !== own && score(user, item) >= score(user, own),
    )
  expect(found.map(({ ranks, candidates: count }) => [Array.from(ranks), count])).toEqual(
    cells.map(([user, own]) => [[others(user, own).length], items - 1]),
  )
})
