import {
  type Cell,
  type Column,
  cell,
  type Dataset,
  type Events,
  type Model,
  type Plugin,
  train,
  useBackend,
} from '@recspec/core'
import { compile } from '@recspec/dsl'
import { type Kernels, openKernels } from '@recspec/kernels'
import { autoencoder } from '@recspec/plugin-autoencoder'
import { imf } from '@recspec/plugin-imf'
import { ncf } from '@recspec/plugin-ncf'
import { text } from '@recspec/plugin-text'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { encodeModel } from '../../src/onnx/proto.js'
import { scoreModel } from '../../src/onnx/score.js'
import { world } from './world.js'

/** The plugins that are published with recspec. */
export const official: readonly Plugin[] = [autoencoder, imf, ncf, text]

/** Opens kernels on one thread and makes their backend the active one. */
export const opened = async (): Promise<Kernels> => {
  const kernels = await openKernels({ threads: 1 })
  await useBackend('wasm', kernels)
  return kernels
}

/** A document as its author writes it, without its name. */
export type Document = Readonly<Record<string, unknown>>

/** Trains a document on the data. */
export const trained = async (
  kernels: Kernels,
  document: Document,
  { data = world, plugins = official }: { readonly data?: Dataset; readonly plugins?: readonly Plugin[] } = {},
): Promise<Model> => {
  const graph = compile({ name: 'onnx.json', text: JSON.stringify({ recspec: 1, name: 'onnx', ...document }) }, [
    ...plugins,
  ])
  const { model } = await train(graph, data, { kernels })
  return model
}

/** A model of ONNX in onnxruntime. */
export const session = async (bytes: Uint8Array): Promise<InferenceSession> =>
  InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1 })

/** Ids that a model does not know. */
export const STRANGER = 'nobody knows'

/** The rows that a test asks about: pairs of ids, some unknown, and the events whose columns are read. */
export interface Asked {
  readonly user: readonly string[]
  readonly item: readonly string[]
  readonly events: Events
}

const at = (column: Column, row: number): Cell => cell(column, row)

/** Pairs of the model's entities in an order that mixes them, every third user and fourth item unknown. */
export const asked = (model: Model, data: Dataset, count: number): Asked => {
  const { users, items } = model
  const user = Array.from({ length: count }, (_, k) =>
    k % 3 === 1 ? STRANGER : users.ids.at((5 * k) % users.ids.count),
  )
  const item = Array.from({ length: count }, (_, k) =>
    k % 4 === 2 ? STRANGER : items.ids.at((7 * k + 1) % items.ids.count),
  )
  const rows = Array.from({ length: count }, (_, k) => (11 * k) % Math.max(1, data.events.count))
  const columns = new Map(
    [...data.events.columns].map(([name, column]): [string, Column] => [
      name,
      column.kind === 'number'
        ? { kind: 'number', values: Float64Array.from(rows, (row) => column.values[row]!) }
        : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) },
    ]),
  )
  return {
    user,
    item,
    events: {
      count,
      user: Int32Array.from(user, (id) => users.ids.indexOf(id)),
      item: Int32Array.from(item, (id) => items.ids.indexOf(id)),
      ...(data.events.time ? { time: Float64Array.from(rows, (row) => data.events.time![row]!) } : {}),
      columns,
    },
  }
}

/** The inputs of a graph for what is asked. */
export const feedsOf = (own: InferenceSession, { user, item, events }: Asked): Record<string, Tensor> =>
  Object.fromEntries(
    own.inputMetadata.map((slot): [string, Tensor] => {
      const { name } = slot
      const count = events.count
      if (name === 'user' || name === 'item')
        return [name, new Tensor('string', [...(name === 'user' ? user : item)], [count])]
      const column = name === 'time' ? ({ kind: 'number', values: events.time! } as const) : events.columns.get(name)!
      const type = slot.isTensor ? slot.type : 'string'
      if (slot.isTensor && slot.shape.length > 1) {
        const size = slot.shape.slice(1).reduce<number>((product, dim) => product * (dim as number), 1)
        const cells = Array.from({ length: count }, (_, row) => at(column, row))
        const numbers = cells.flatMap((one) =>
          one === undefined ? new Array<number>(size).fill(0) : String(one).split(' ').map(Number),
        )
        return [name, new Tensor('float32', Float32Array.from(numbers), [count, ...(slot.shape.slice(1) as number[])])]
      }
      if (type === 'string')
        return [
          name,
          new Tensor(
            'string',
            Array.from({ length: count }, (_, row) => String(at(column, row) ?? '')),
            [count],
          ),
        ]
      return [
        name,
        new Tensor(
          'float64',
          Float64Array.from({ length: count }, (_, row) => Number(at(column, row) ?? Number.NaN)),
          [count],
        ),
      ]
    }),
  )

/** The largest difference between what a model predicts and what its graph of ONNX does, over batches of some sizes. */
export const largestDifference = async (model: Model, data: Dataset = world, sizes = [1, 2, 17]): Promise<number> => {
  const written = await scoreModel(model, '0.0.0')
  const own = await session(encodeModel(written, 'score.onnx.data').model)
  let largest = 0
  for (const count of sizes) {
    const rows = asked(model, data, count)
    const expected = model.predict(rows.events.user, rows.events.item, rows.events)
    const found = (await own.run(feedsOf(own, rows)))['score']!.data as Float32Array
    if (found.length !== expected.length) throw new Error(`expected ${expected.length} scores, got ${found.length}`)
    expected.forEach((value, k) => {
      const difference = Math.abs(value - found[k]!)
      if (!(difference <= largest)) largest = difference
    })
  }
  await own.release()
  return largest
}
