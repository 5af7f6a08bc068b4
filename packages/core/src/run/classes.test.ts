import { compileStored } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphOf, ids, type Opened, opened, world } from '../../test/world.js'
import type { Column } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'
import { load } from '../model/read.js'
import { train } from './train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const names = ['up', 'down', 'flat']

/** A world whose mood follows from the item. */
const moody = (): Dataset => {
  const { events, ...rest } = world({ users: 12, items: 9 })
  const mood: Column = { kind: 'text', values: names, codes: events.item.map((item) => item % 3) }
  return { ...rest, events: { ...events, columns: new Map([...events.columns, ['mood', mood]]) } }
}

const graph = graphOf({
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
  ops: {
    both: { type: 'concat', inputs: ['p', 'q'] },
    moods: { type: 'dense', inputs: ['both'], units: 3 },
  },
  heads: { mood: { inputs: ['moods'], target: { column: 'mood', classes: names }, loss: { type: 'crossentropy' } } },
  solver: { type: 'adam', learningRate: 0.1, epochs: 60, batchSize: 16 },
  evaluation: { metrics: ['accuracy', 'logloss', 'precision', 'recall', 'f1'] },
})

test('a head of classes learns them, measures each, and predicts probabilities, also when loaded', async () => {
  const data = moody()
  const { model, evaluation } = await train(graph, data, { kernels })
  expect(graph.ranking).toBeUndefined()
  expect(evaluation!.metrics['accuracy']).toBe(1)
  expect(evaluation!.metrics['f1']).toBe(1)
  expect(evaluation!.metrics['logloss']).toBeLessThan(0.1)
  expect(evaluation!.baseline['accuracy']).toBe(1)
  expect(evaluation!.classes!.map((one) => one.class)).toEqual(names)
  for (const { rows, predicted, precision, recall } of evaluation!.classes!) {
    expect(predicted).toBe(rows)
    if (rows > 0) expect([precision, recall]).toEqual([1, 1])
  }
  expect(model.classes).toEqual(names)
  const [users, items] = [Int32Array.of(0, 3), Int32Array.of(4, 2)]
  const found = model.predict(users, items)
  expect(found.length).toBe(6)
  for (const row of [0, 1]) {
    const probabilities = found.subarray(3 * row, 3 * row + 3)
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    expect(probabilities[items[row]! % 3]).toBeGreaterThan(0.8)
  }
  const again = await load(await model.save(), (document, stored) => compileStored(document, [], stored), { kernels })
  expect(again.predict(users, items)).toEqual(found)
  expect(JSON.stringify(again.evaluation)).toBe(JSON.stringify(evaluation))
})

test('a label that is none of the classes is an error of the data', async () => {
  const data = moody()
  const mood: Column = { kind: 'text', values: [...names, 'odd'], codes: data.events.item.map((item) => item % 4) }
  const wrong = { ...data, events: { ...data.events, columns: new Map([['mood', mood]]) } }
  await expect(train(graph, wrong, { kernels })).rejects.toThrow('has "odd", which is none of its classes, at event')
})
