import { compile } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, programOf, world } from '../../test/world.js'
import { loss } from '../contract/loss.js'
import type { Plugin } from '../contract/plugin.js'
import type { Column } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'
import { takeEvents } from '../dataset/take.js'
import { Type, tf } from '../index.js'
import { load } from '../model/read.js'
import { train } from '../run/train.js'
import { encodeEvents } from './encode.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 6, items: 5 })

/** Squares around the mean of the target and a second column. */
const seen: Readonly<Record<string, tf.Tensor>>[] = []
const two: Plugin = {
  name: 'two',
  apiVersion: 1,
  losses: {
    squares: loss({
      summary: 'Squares around two columns.',
      params: Type.Object({ second: Type.String() }, { additionalProperties: false }),
      inputs: { score: 'one' },
      targets: ({ second }) => ({ other: second }),
      examples: () => ({ of: 'event', items: 'own' }),
      apply: (_, { score }, { target, targets }) => {
        seen.push(targets!)
        const value = tf.reshape(score.tensor, target!.shape)
        return tf.add(tf.squaredDifference(value, target!), tf.squaredDifference(value, targets!['other']!))
      },
      slope: () => ({ list: () => 0 }),
    }),
  },
}

const document = (second: string) => ({
  recspec: 1,
  name: 'test',
  inputs: { item: ids.item },
  embeddings: { b: { input: 'item', dim: 1, init: 'zeros' } },
  ops: { score: { type: 'sum', inputs: ['b'] } },
  heads: { rating: { inputs: ['score'], target: 'rating', loss: { type: 'two/squares', second } } },
  solver: { type: 'sgd', learningRate: 0.5, epochs: 40, batchSize: 1000 },
})
const compiled = (second: string) => compile({ name: 'test.json', text: JSON.stringify(document(second)) }, [two])

test('a loss reads additional columns: items converge to the mean of both', async () => {
  // with test rows of its own, no row of the data is held out
  const { model } = await train(compiled('liked'), { ...data, test: data.events }, { kernels })
  const { events } = data
  for (let item = 0; item < 5; item++) {
    const values = Array.from({ length: events.count }, (_, row) => row)
      .filter((row) => events.item[row] === item)
      .flatMap((row) => ['rating', 'liked'].map((name) => events.columns.get(name)!.values[row] as number))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(model.predict(Int32Array.of(0), Int32Array.of(item))[0]).toBeCloseTo(mean, 3)
  }
})

test('an additional column that is missing or not numeric is an error before the first step', async () => {
  seen.length = 0
  await expect(train(compiled('stars'), data, { kernels })).rejects.toMatchObject({
    kind: 'data',
    message: 'missing column "stars", which loss "two/squares" of head "rating" reads as "other"',
  })
  await expect(train(compiled('mood'), data, { kernels })).rejects.toMatchObject({
    kind: 'data',
    message: expect.stringContaining(
      'column "mood", which loss "two/squares" of head "rating" reads as "other", has no number but',
    ),
  })
  expect(seen).toEqual([])
})

const withTime = (name: string): Document => ({
  inputs: { user: ids.user, [name]: { type: 'number', entity: 'event', scale: 'standard' } },
  embeddings: { p: { input: 'user', dim: 1 } },
  ops: { score: { type: 'dot', inputs: ['p', name] } },
  heads: { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'sgd', epochs: 2, batchSize: 8 },
})
const named: Dataset = { ...data, events: { ...data.events, timeColumn: 'playedAt' } }

test.each([
  ['time', data],
  ['time', named],
  ['playedAt', named],
])('the times of events are an input by their name: %s', async (name, given) => {
  const program = programOf(withTime(name), given, kernels)
  const { time } = given.events
  const rows = Int32Array.of(3, 1)
  const encoded = encodeEvents(program.inputs.get(name)!, [], given, takeEvents(given.events, rows)).numbers!
  const mean = time!.reduce((sum, value) => sum + value, 0) / time!.length
  const deviation = Math.sqrt(time!.reduce((sum, value) => sum + (value - mean) ** 2, 0) / time!.length)
  expect(encoded[1]).toBeCloseTo((time![3]! - mean) / deviation, 5)
  expect(encoded[2]).toBeCloseTo((time![1]! - mean) / deviation, 5)
  const graph = graphOf(withTime(name))
  const { model } = await train(graph, given, { kernels })
  const back = await load(await model.save(), () => graph, { kernels })
  const { user, item } = given.events
  expect(back.predict(user, item, given.events)).toEqual(model.predict(user, item, given.events))
})

test('a column called "time" takes precedence over the times', () => {
  const column: Column = { kind: 'number', values: new Float64Array(data.events.count).fill(7) }
  const columns = new Map([...data.events.columns, ['time', column] as const])
  const events = { ...named.events, columns }
  const program = programOf(
    { ...withTime('time'), inputs: { user: ids.user, time: { type: 'number', entity: 'event' } } },
    { ...data, events },
    kernels,
  )
  expect(encodeEvents(program.inputs.get('time')!, [], data, events).numbers![1]).toBe(7)
})

test('the error of a missing event column lists all columns, including the times, and names no option', () => {
  expect(() => programOf(withTime('hour'), named, kernels)).toThrow(
    expect.objectContaining({
      message: 'missing column "hour", which input "hour" reads',
      hint: 'the data has "rating", "liked", "mood", "playedAt", "land", "genres", "price"; name it with "column" in the input',
    }),
  )
})
