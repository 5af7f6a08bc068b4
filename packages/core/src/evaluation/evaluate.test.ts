import { below, key, uniform } from '@recspec/kernels'
import { expect, test } from 'vitest'
import type { Scorer } from '../contract/candidates.js'
import type { Candidates, Dataset, Events } from '../dataset/dataset.js'
import { idsOf } from '../dataset/ids.js'
import { candidates as candidateSets } from './candidates/index.js'
import { type EvaluateOptions, evaluate } from './evaluate.js'
import { givenSplit } from './holdout.js'
import { metrics as known } from './metrics/index.js'
import { parseMetric } from './parse.js'
import { popularity } from './popularity.js'
import type { EvaluationSpec } from './spec.js'
import { splits } from './splits/index.js'

const entities = (n: number) => ({ ids: idsOf(Array.from({ length: n }, (_, id) => `${id}`)), columns: new Map() })
type Row = readonly [user: number, item: number, value?: number | undefined]
const eventsOf = (rows: readonly Row[]): Events => ({
  count: rows.length,
  user: Int32Array.from(rows, ([user]) => user),
  item: Int32Array.from(rows, ([, item]) => item),
  columns: new Map([
    ['value', { kind: 'number', values: Float64Array.from(rows, ([, , value]) => value ?? Number.NaN) }],
  ]),
})
const datasetOf = (users: number, items: number, rows: readonly Row[], candidates?: Candidates): Dataset => ({
  users: entities(users),
  items: entities(items),
  events: eventsOf(rows),
  ...(candidates && { candidates }),
  notes: [],
})
/** A `type` tag and its parameters, as documents write them. */
interface Written {
  readonly type: string
  readonly [parameter: string]: unknown
}
const spec = (metrics: readonly string[], { type, ...params }: Written = { type: 'all' }): EvaluationSpec => ({
  split: givenSplit,
  candidates: { type, definition: candidateSets[type]!, params },
  metrics: metrics.map((text) => parseMetric(text, (name) => known[name])),
})
const splitOf = ({ type, ...params }: Written) => ({ type, definition: splits[type]!, params })
const scorerOf = (score: (user: number, item: number) => number): Scorer => ({
  predict: (users, list) =>
    users.length === 0 ? new Float32Array(0) : Float32Array.from(list, (item, row) => score(users[row]!, item)),
  scorePairs: (users, list) => Float32Array.from(list, (item, row) => score(users[row]!, item)),
})
const given: EvaluateOptions = { split: givenSplit, seed: 0 }

test('popularity of a small example, ties are the mean over all orders', async () => {
  // Training events: item 0 three times, items 1 and 2 twice, item 3 once, item 4 never.
  const training = datasetOf(4, 5, [
    [0, 0],
    [1, 0],
    [2, 0],
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 2],
    [3, 3],
  ])
  // User 0 is left with 2, 3, 4: the target 2 is first. User 2 with 1, 3, 4: 3 is second. User 3 with 0, 1, 4: 4 is
  // third.
  const rows = eventsOf([
    [0, 2],
    [2, 3],
    [3, 4],
  ])
  const nothing = scorerOf(() => 0)
  const result = await evaluate(nothing, training, rows, spec(['hr@1', 'hr@2', 'mrr@3']), given)
  expect(result.protocol).toBe('given/all')
  expect(result.rows).toBe(3)
  expect(result.baseline).toEqual({ 'hr@1': 1 / 3, 'hr@2': 2 / 3, 'mrr@3': (1 + 1 / 2 + 1 / 3) / 3 })
  // A constant score: each of the three ranks with the same probability.
  expect(result.metrics['hr@1']).toBeCloseTo(1 / 3, 15)
  expect(result.metrics['hr@2']).toBeCloseTo(2 / 3, 15)
  expect(result.metrics['mrr@3']).toBeCloseTo((1 + 1 / 2 + 1 / 3) / 3, 15)
  // User 1 has items 0 and 1; items 1 (training) and 2 tie in popularity, but 1 is no candidate.
  const one = await evaluate(nothing, training, eventsOf([[1, 2]]), spec(['hr@1']), given)
  expect(one.baseline).toEqual({ 'hr@1': 1 })
  // For an unknown user all items are candidates: 0 is ahead of 2, and 1 ties with it.
  const unknown = await evaluate(nothing, training, eventsOf([[-1, 2]]), spec(['mrr@5']), given)
  expect(unknown.baseline['mrr@5']).toBeCloseTo((1 / 2 + 1 / 3) / 2, 15)
  expect(unknown.unknown).toEqual({ users: 1, items: 0 })
})

const users = 25
const items = 40
const random = (count: number, tag: number): Row[] =>
  Array.from({ length: count }, (_, row) => [
    below(users, key(tag, 1), row),
    below(items, key(tag, 2), row),
    1 + below(5, key(tag, 3), row),
  ])
const train = random(200, 1)
const held = [...random(90, 2), [3, -1, 2], [-1, 7, 4], [-1, 8, 1]] as Row[]
const names = ['hr@5', 'ndcg@5', 'recall@5', 'recall@5(truncated)', 'precision@5', 'mrr@5', 'map@5']
// Few distinct scores, so that many tie.
const tied = (user: number, item: number) => below(6, key(11, user + 1), item)

// Ranks of a user's held-out items, and how many items tie, by comparing every one with every candidate.
const slowRanks = (user: number, targets: readonly number[], score = tied) => {
  const seen = new Set(train.filter(([one]) => one === user && user >= 0).map(([, item]) => item))
  const list = Array.from({ length: items }, (_, item) => item).filter(
    (item) => targets.includes(item) || !seen.has(item),
  )
  return targets
    .map((target) => ({
      rank: list.filter((item) => score(user, item) > score(user, target)).length,
      tied: list.filter((item) => score(user, item) === score(user, target)).length,
    }))
    .sort((a, b) => a.rank - b.rank)
}

test('the full ranking agrees with comparing every held-out item with every candidate', async () => {
  const people = [
    ...Array.from({ length: users }, (_, user) => ({ user, rows: held.filter(([one]) => one === user) })),
    ...held.filter(([user]) => user < 0).map((row) => ({ user: -1, rows: [row] })),
  ].filter(({ rows }) => rows.length > 0)
  const lists = people.map(({ user, rows }) => {
    const targets = [...new Set(rows.map(([, item]) => item))].filter((item) => item >= 0)
    const found = slowRanks(user, targets)
    return {
      ranks: found.map(({ rank }) => rank),
      tied: found.map(({ tied }) => tied),
      held: targets.length + rows.filter(([, item]) => item < 0).length,
      candidates: items,
    }
  })
  const { metrics, rows, unknown } = await evaluate(
    scorerOf(tied),
    datasetOf(users, items, train),
    eventsOf(held),
    spec(names),
    given,
  )
  for (const name of names) {
    const { definition, k, variant } = parseMetric(name, (one) => known[one])
    const values = lists.map((ranking) => definition.ranking!(ranking, k!, variant))
    expect(metrics[name], name).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 12)
  }
  expect(rows).toBe(93)
  expect(unknown).toEqual({ users: 2, items: 1 })
})

test('a user whose held-out items are the only ones with the best score has every metric at its best', async () => {
  const rows = eventsOf([
    [0, 0],
    [0, 1],
  ])
  const names = ['hr@1', 'mrr@2', 'ndcg@2', 'recall@2', 'map@2']
  const equal = scorerOf((_, item) => Number(item < 2))
  const { metrics } = await evaluate(equal, datasetOf(1, 9, []), rows, spec(names), given)
  for (const name of names) expect(metrics[name], name).toBeCloseTo(1, 15)
})

test('cold items are ranked among themselves where the candidates say so', async () => {
  // items 0 and 1 have events; 2, 3 and 4 are cold
  const training = datasetOf(2, 5, [
    [0, 0],
    [1, 1],
  ])
  const rows = eventsOf([
    [0, 1],
    [0, 3],
    [1, 4],
  ])
  const byIndex = scorerOf((_, item) => -item)
  const cold = await evaluate(
    byIndex,
    training,
    rows,
    spec(['mrr@5', 'recall@1'], { type: 'all', among: 'cold' }),
    given,
  )
  expect(cold.protocol).toBe('given/all-cold')
  // user 0: item 3 behind 2; user 1: item 4 behind 2 and 3
  expect(cold.metrics).toEqual({ 'mrr@5': (1 / 2 + 1 / 3) / 2, 'recall@1': 0 })
  const all = await evaluate(byIndex, training, rows, spec(['mrr@5']), given)
  expect(all.protocol).toBe('given/all')
  // user 0, without item 0: item 1 is first; user 1, without item 1: item 4 is behind 0, 2 and 3
  expect(all.metrics).toEqual({ 'mrr@5': (1 + 1 / 4) / 2 })
})

test('popularity counts agree with scoring all pairs', async () => {
  const training = datasetOf(users, items, train)
  const { countRanks, ...pairs } = popularity(training)
  const measured = await Promise.all(
    [{ ...pairs, countRanks }, pairs].map((scorer) => evaluate(scorer, training, eventsOf(held), spec(names), given)),
  )
  expect(measured[0]!.metrics).toEqual(measured[1]!.metrics)
})

test('no metric exceeds 1 for any ties of held-out items, and NaN is a miss', async () => {
  const measure = (score: (user: number, item: number) => number) =>
    evaluate(scorerOf(score), datasetOf(users, items, train), eventsOf(held), spec([...names, 'epr']), given)
  const best = new Set(held.map(([user, item]) => user * items + item))
  const oracle = await measure((user, item) => Number(best.has(user * items + item)))
  for (const name of names) expect(oracle.metrics[name], name).toBeLessThanOrEqual(1)
  const lost = await measure(() => Number.NaN)
  for (const name of names) expect(lost.metrics[name], name).toBe(0)
  expect(lost.metrics['epr']).toBe(1)
})

test('the percentile rank is weighted by the target over all cells', async () => {
  const single = held.filter(
    ([user, item], row) => user >= 0 && item >= 0 && held.findIndex(([one]) => one === user) === row,
  )
  const target = { column: 'value' }
  const training = datasetOf(users, items, train)
  const result = await evaluate(scorerOf(tied), training, eventsOf(single), spec(['epr']), { ...given, target })
  let sum = 0
  let total = 0
  for (const [user, item, value] of single) {
    const seen = new Set(train.filter(([one, other]) => one === user && other !== item).map(([, other]) => other))
    const [{ rank, tied }] = slowRanks(user, [item]) as [{ rank: number; tied: number }]
    sum += (value! * (rank + (tied - 1) / 2)) / (items - seen.size - 1)
    total += value!
  }
  expect(result.metrics['epr']).toBeCloseTo(sum / total, 12)
})

test('stored candidates take precedence; duplicates of the held-out item are dropped', async () => {
  const candidates = {
    user: Int32Array.of(0, 1),
    item: Int32Array.of(4, 5),
    start: Int32Array.of(0, 3, 6),
    lists: Int32Array.of(4, 6, 7, 8, 9, -1),
  }
  const training = datasetOf(2, 10, [[0, 0]], candidates)
  // User 0: 4 against 6 (equal) and 7 (less): rank 0 or 1. User 1: 5 against 8, 9 (less) and an unknown item (more):
  // rank 1.
  const scores = new Map([
    [4, 2],
    [6, 2],
    [7, 1],
    [5, 2],
    [8, 1],
    [9, 1],
    [-1, 3],
  ])
  const scorer = scorerOf((_, item) => scores.get(item) ?? 0)
  const measure = (rows: readonly Row[]) =>
    evaluate(scorer, training, eventsOf(rows), spec(['hr@1', 'mrr@9', 'epr']), given)
  const there = await measure([
    [0, 4],
    [1, 5],
  ])
  expect(there.protocol).toBe('given/stored-3')
  expect(there.metrics).toEqual({ 'hr@1': 1 / 4, 'mrr@9': (3 / 4 + 1 / 2) / 2, epr: (1 / 4 + 1 / 3) / 2 })
  // The order of test rows does not matter.
  expect(
    await measure([
      [1, 5],
      [0, 4],
    ]),
  ).toEqual(there)
  await expect(measure([[1, 4]])).rejects.toThrow('no stored candidates for 1 of 1 test rows')
})

test('sampled candidates are distinct, unseen, not held out, and the same for the same seed', async () => {
  const pairs: (readonly [number, number])[][] = []
  const recording: Scorer = {
    ...scorerOf(tied),
    scorePairs: (people, list) => {
      pairs.push(Array.from(people, (user, row) => [user, list[row]!] as const))
      return Float32Array.from(list, (item, row) => tied(people[row]!, item))
    },
  }
  const measure = (count: number, seed: number) =>
    evaluate(recording, datasetOf(users, items, train), eventsOf(held), spec(['hr@3'], { type: 'sampled', count }), {
      split: splitOf({ type: 'ratio', share: 0.1 }),
      seed,
    })
  const first = await measure(9, 1)
  expect(first.protocol).toBe('ratio-0.1/sampled-9')
  const list = pairs[0]!
  expect(list.length).toBe(held.length * 10)
  for (const [cell, [user, item]] of held.entries()) {
    const own = list.slice(cell * 10, cell * 10 + 10)
    expect(own[0]).toEqual([user, item])
    expect(new Set(own.map(([, one]) => one)).size).toBe(10)
    const taken = [...train, ...held].filter(([one]) => user >= 0 && one === user).map(([, one]) => one)
    for (const [, one] of own.slice(1)) expect(taken).not.toContain(one)
  }
  expect(await measure(9, 1)).toEqual(first)
  expect(pairs.at(-1)).toEqual(list)
  await measure(9, 2)
  expect(pairs.at(-1)).not.toEqual(list)
  // Asking for more than there are gives all there are.
  pairs.length = 0
  await measure(1000, 1)
  const lengths = held.map(([user, item]) => {
    const taken = [...train, ...held].filter(([one]) => user >= 0 && one === user).map(([, one]) => one)
    return 1 + items - new Set([...taken, item].filter((one) => one >= 0)).size
  })
  expect(pairs[0]!.length).toBe(lengths.reduce((sum, length) => sum + length, 0))
})

test('sampled items are uniform over the items that can be drawn', async () => {
  const seen = new Float64Array(20)
  const scorer: Scorer = {
    ...scorerOf(() => 0),
    scorePairs: (_, list) => {
      for (const item of list) seen[item]!++
      return new Float32Array(list.length)
    },
  }
  const rows = Array.from({ length: 3000 }, (_, user) => [user, 0] as const)
  await evaluate(scorer, datasetOf(3000, 20, []), eventsOf(rows), spec(['hr@3'], { type: 'sampled', count: 4 }), given)
  // 3000 · 4 / 19 = 632 each; a deviation is about 22.
  for (const count of seen.slice(1)) expect(Math.abs(count - 632)).toBeLessThan(110)
})

test('predictions are measured on rows with a target, against item means', async () => {
  const training = datasetOf(2, 3, [
    [0, 0, 2],
    [1, 0, 4],
    [0, 1, 6],
  ])
  const rows = eventsOf([
    [0, 0, 5],
    [1, 1, 3],
    [1, 2, 1],
    [1, -1, 4],
    [0, 2, undefined],
  ])
  const result = await evaluate(
    scorerOf(() => 3),
    training,
    rows,
    spec(['mae', 'mse']),
    {
      split: splitOf({ type: 'ratio', share: 0.1 }),
      seed: 0,
      target: { column: 'value' },
    },
  )
  expect(result.protocol).toBe('ratio-0.1')
  expect(result.rows).toBe(4)
  expect(result.unknown).toEqual({ users: 0, items: 1 })
  expect(result.metrics).toEqual({ mae: 5 / 4, mse: 9 / 4 })
  // Means 3 and 6; 4 where the item has none: errors 2, 3, 3, 0.
  expect(result.baseline).toEqual({ mae: 2, mse: 22 / 4 })
})

test('labels come from the positive value, and only such rows are held-out items', async () => {
  const training = datasetOf(2, 3, [
    [0, 0, 1],
    [1, 0, 0],
  ])
  const rows = eventsOf([
    [0, 1, 5],
    [1, 2, 3],
  ])
  const scorer = scorerOf((_, item) => (item === 1 ? 0.9 : 0.2))
  const target = { column: 'value', positive: 5 }
  const result = await evaluate(scorer, training, rows, spec(['accuracy', 'auc', 'hr@1']), { ...given, target })
  expect(result.metrics).toEqual({ accuracy: 1, auc: 1, 'hr@1': 1 })
})

test('a missing target, column or candidate list is an error', async () => {
  const training = datasetOf(2, 3, [[0, 0]])
  const rows = eventsOf([[0, 1]])
  const scorer = scorerOf(() => 0)
  await expect(evaluate(scorer, training, rows, spec(['rmse']), given)).rejects.toThrow('metric "rmse" needs a target')
  await expect(
    evaluate(scorer, training, rows, spec(['rmse']), { ...given, target: { column: 'stars' } }),
  ).rejects.toThrow('unknown column "stars"')
  await expect(evaluate(scorer, training, rows, spec(['hr@1'], { type: 'stored' }), given)).rejects.toThrow(
    'need candidate lists in the data',
  )
})

test('segments measure parts of the test rows, in rankings by held-out item and in predictions by row', async () => {
  // events of users: 3, 1, 0; of items: 2, 1, 1, 0, 0
  const training = datasetOf(3, 5, [
    [0, 0, 4],
    [0, 1, 2],
    [0, 2, 3],
    [1, 0, 5],
  ])
  const test = eventsOf([
    [0, 3, 1],
    [1, 1, 2],
    [1, 4, 3],
    [2, 0, 4],
  ])
  const byIndex = scorerOf((_, item) => -item)
  const target = { column: 'value' }
  const found = await evaluate(byIndex, training, test, spec(['recall@1', 'mae']), {
    ...given,
    target,
    segments: ['cold', 'user-events', 'item-events'],
  })
  // user 0 ranks 3, 4: 3 is first; user 1 ranks 1, 2, 3, 4: 1 is first, 4 is last; user 2: 0 is first
  expect(found.metrics['recall@1']).toBeCloseTo((1 + 1 / 2 + 1) / 3, 12)
  // errors: |-3 - 1|, |-1 - 2|, |-4 - 3|, |0 - 4|
  expect(found.metrics['mae']).toBe((4 + 3 + 7 + 4) / 4)
  const parts = found.segments!.map(({ by, name, rows, metrics }) => [
    by,
    name,
    rows,
    metrics['recall@1'],
    metrics['mae'],
  ])
  expect(parts).toEqual([
    ['cold', 'warm', 1, 1, 3],
    ['cold', 'cold user', 1, 1, 4],
    ['cold', 'cold item', 2, (1 + 0) / 2, (4 + 7) / 2],
    ['user-events', 'user events 0', 1, 1, 4],
    ['user-events', 'user events 1', 2, 1 / 2, 5],
    ['user-events', 'user events 2+', 1, 1, 4],
    ['item-events', 'item events 0', 2, 1 / 2, (4 + 7) / 2],
    ['item-events', 'item events 1', 1, 1, 3],
    ['item-events', 'item events 2+', 1, 1, 4],
  ])
  // by a set that ranks every held-out item on its own
  const sampled = await evaluate(byIndex, training, test, spec(['hr@1'], { type: 'sampled', count: 1 }), {
    ...given,
    segments: ['cold'],
  })
  expect(sampled.segments!.map(({ rows }) => rows)).toEqual([1, 1, 2])
  const { metrics } = sampled
  const mean = sampled.segments!.reduce((sum, one) => sum + one.rows * one.metrics['hr@1']!, 0) / 4
  expect(metrics['hr@1']).toBeCloseTo(mean, 12)
  await expect(evaluate(byIndex, training, test, spec(['recall@1']), { ...given, segments: ['age'] })).rejects.toThrow(
    'unknown segments "age", expected "cold" or "user-events" or "item-events"',
  )
})

test('the baseline can be left out', async () => {
  const rows = eventsOf([[0, 1]])
  const quick = await evaluate(
    scorerOf(() => uniform(1, 2)),
    datasetOf(2, 3, [[0, 0]]),
    rows,
    spec(['hr@1']),
    { ...given, baseline: false },
  )
  expect(quick.baseline).toEqual({})
})

test('what users contribute gives the metrics again', async () => {
  const training = datasetOf(users, items, train)
  const options = { ...given, target: { column: 'value' }, units: true }
  const { metrics, units } = await evaluate(scorerOf(tied), training, eventsOf(held), spec(['ndcg@5', 'rmse']), options)
  const { users: owners, values, weights } = units!.rankings!
  const weight = weights.get('ndcg@5')!
  const sum = values.get('ndcg@5')!.reduce((sum, value, place) => sum + weight[place]! * value, 0)
  expect(sum / weight.reduce((sum, value) => sum + value, 0)).toBeCloseTo(metrics['ndcg@5']!, 12)
  expect(new Set(owners).size).toBeGreaterThan(10)
  expect(known['rmse']!.predictions!(units!.predictions!.rows)).toBe(metrics['rmse'])
  expect([...units!.predictions!.users]).toEqual(held.map(([user]) => user))
})

test('lists of the popularity baseline are as its scores of all pairs say', async () => {
  const training = datasetOf(users, items, train)
  const { topItems, ...pairs } = popularity(training)
  const names = ['coverage@4', 'gini@4', 'novelty@4', 'averagePopularity@3']
  const measured = await Promise.all(
    [{ ...pairs, topItems }, pairs].map((scorer) => evaluate(scorer, training, eventsOf(held), spec(names), given)),
  )
  expect(measured[0]!.metrics).toEqual(measured[1]!.metrics)
  expect(measured[0]!.metrics['coverage@4']).toBeLessThan(1)
  expect(measured[0]!.protocol).toBe('given')
})
