import { compileDocument } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, programOf, world } from '../../test/world.js'
import type { Column } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'
import { load } from '../model/read.js'
import { train } from '../run/train.js'
import { encodeEvents, encodeRow } from './encode.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 6, items: 5 })

/** A document whose score reads some inputs of rows and of numbers, each by a table or as it is. */
const reading = (inputs: Document, numbers: readonly string[] = []): Document => {
  const rows = Object.keys(inputs).filter((name) => !numbers.includes(name))
  return {
    inputs: { item: ids.item, ...inputs },
    embeddings: {
      q: { input: 'item', dim: 2 },
      ...Object.fromEntries(rows.map((name) => [`${name}Rows`, { input: name, dim: 2, combine: 'sum' }])),
    },
    ops: { score: { type: 'dense', inputs: ['q', ...rows.map((name) => `${name}Rows`), ...numbers], units: 1 } },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'adam', epochs: 1, batchSize: 8 },
  }
}

test('a new row is encoded by its columns; those it leaves out are missing', () => {
  const document: Document = {
    ...reading({ genres: { type: 'categories', entity: 'item' } }, ['price']),
    inputs: {
      item: ids.item,
      genres: { type: 'categories', entity: 'item' },
      price: { type: 'number', entity: 'item', missing: 'flag' },
    },
  }
  const { inputs } = programOf(document, data, kernels)
  const encode = (name: string, row: object) => encodeRow(inputs.get(name)!, [], new Map(Object.entries(row)))
  const rowsOf = (row: object) => {
    const { start, rows } = encode('genres', row)
    return Array.from(rows!.subarray(start![1], start![2]))
  }
  // row 2 is "calm", 3 "loud", 4 "new", 5 "old"
  expect(rowsOf({ genres: 'old|calm' })).toEqual([5, 2])
  expect(rowsOf({ genres: 'never' })).toEqual([0])
  expect(rowsOf({ price: 4 })).toEqual([1])
  expect(Array.from(encode('price', { price: 4 }).numbers!.subarray(2))).toEqual([4, 0])
  expect(encode('price', {}).numbers![3]).toBe(1)
  const { start, rows } = encode('item', { genres: 'old' })
  expect(Array.from(rows!.subarray(start![1], start![2]))).toEqual([0])
})

test('an input of events reads columns of the event, of its item and of its user', async () => {
  const document = reading(
    {
      met: { type: 'cross', entity: 'event', columns: ['mood', 'land'] },
      age: { type: 'age', entity: 'event', columns: ['price', 'time'], units: ['days', 'seconds'], scale: 'none' },
    },
    ['age'],
  )
  const flat = JSON.parse(JSON.stringify(document))
  delete flat.embeddings.metRows.combine
  const graph = graphOf(flat)
  const program = programOf(flat, data, kernels)
  const { events, items } = data
  const { numbers } = encodeEvents(program.inputs.get('age')!, [], data, events)
  const price = items.columns.get('price')!.values as Float64Array
  for (const row of [0, 3, 7])
    expect(numbers![row + 1]).toBeCloseTo(events.time![row]! / 86_400 - price[events.item[row]!]!, 5)
  const { rows } = encodeEvents(program.inputs.get('met')!, [], data, events)
  expect(new Set(rows!.subarray(1)).size).toBe(program.inputs.get('met')!.height - 2)

  const { model } = await train(graph, { ...data, test: events }, { kernels })
  const file = await model.save()
  const back = await load(file, (stored) => compileDocument(stored, []), { kernels })
  const { user, item } = events
  expect(back.predict(user, item, events)).toEqual(model.predict(user, item, events))
  expect(await back.save()).toEqual(file)
})

test('a column that users and items both have is ambiguous for an event', () => {
  const both: Column = { kind: 'number', values: new Float64Array(6) }
  const ambiguous: Dataset = {
    ...data,
    users: { ...data.users, columns: new Map([['size', both]]) },
    items: { ...data.items, columns: new Map([['size', both]]) },
  }
  expect(() => programOf(reading({ size: { type: 'number', entity: 'event' } }, ['size']), ambiguous, kernels)).toThrow(
    'column "size", which input "size" reads, is in the tables of users and of items',
  )
})

test('a missing column of several is named', () => {
  const document = reading({ pair: { type: 'cross', entity: 'item', columns: ['genres', 'colour'] } })
  delete (document['embeddings'] as Record<string, { combine?: string }>)['pairRows']!.combine
  expect(() => programOf(document, data, kernels)).toThrow(
    expect.objectContaining({
      message: 'missing column "colour", which input "pair" reads',
      hint: expect.stringContaining('name it with "columns" in the input, or give a table with --items'),
    }),
  )
})

test('a value that an input refuses is shown with its columns', () => {
  const weighted = reading({ genres: { type: 'categories', entity: 'item', separator: ';', weights: 'a' } })
  expect(() => programOf(weighted, data, kernels)).toThrow('input "genres": invalid weight "lm')
  const flags = reading({ themes: { type: 'flags', entity: 'item', columns: ['price', 'genres'] } })
  expect(() => programOf(flags, data, kernels)).toThrow(
    'input "themes", columns "price", "genres": invalid flag "calm", expected 0, 1, true or false, in ["-2", "calm"]',
  )
})
