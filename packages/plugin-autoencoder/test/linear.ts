import { train } from '@recspec/core'
import { compile } from '@recspec/dsl'
import type { Kernels } from '@recspec/kernels'
import { world } from '../../core/test/world.js'
import { autoencoder } from '../src/index.js'

type Document = Readonly<Record<string, unknown>>

export const USERS = 30
export const ITEMS = 20
export const data = world({ users: USERS, items: ITEMS })

/** A document of one matrix of items by items. */
export const documentOf = (solver: Document, op: Document = {}, history: Document = {}): Document => ({
  recspec: 1,
  name: 'linear',
  inputs: { seen: { type: 'history', entity: 'user', ...history }, item: { type: 'id', entity: 'item' } },
  ops: { score: { type: 'autoencoder/item-to-item', inputs: ['seen', 'item'], nu: 0, ...op } },
  heads: { row: { inputs: ['score'], loss: { type: 'autoencoder/squares' } } },
  solver,
  evaluation: { split: { type: 'given' } },
})

export const graphOf = (document: Document) =>
  compile({ name: 'test.json', text: JSON.stringify(document) }, [autoencoder])

/** Scores of all pairs after training, [USERS, ITEMS]. */
export const scoresAfter = async (document: Document, kernels: Kernels): Promise<Float32Array> => {
  const { model } = await train(graphOf(document), data, { kernels })
  const pairs = Array.from({ length: USERS * ITEMS }, (_, at) => at)
  return model.predict(
    Int32Array.from(pairs, (at) => Math.floor(at / ITEMS)),
    Int32Array.from(pairs, (at) => at % ITEMS),
  )
}

/** What is wrong with a document, or `compiled`. */
export const refusal = (document: Document): string => {
  try {
    graphOf(document)
  } catch (error) {
    return String(error)
  }
  return 'compiled'
}

/** The rows of users as a dense matrix of 0 and 1. */
export const denseRows = (): number[][] => {
  const rows = Array.from({ length: USERS }, () => new Array<number>(ITEMS).fill(0))
  data.events.user.forEach((user, event) => {
    rows[user]![data.events.item[event]!] = 1
  })
  return rows
}

/** A · B of dense matrices. */
export const times = (a: readonly number[][], b: readonly number[][]): number[][] =>
  a.map((row) => b[0]!.map((_, column) => row.reduce((sum, value, k) => sum + value * b[k]![column]!, 0)))

/** R~ᵀ R~ with R~ = D_u^-alpha R D_i^(alpha − 1). */
export const denseFilter = (rows: readonly number[][], alpha = 0.5): number[][] => {
  const users = rows.map((row) => row.reduce((sum, value) => sum + value, 0))
  const items = rows[0]!.map((_, item) => rows.reduce((sum, row) => sum + row[item]!, 0))
  const scaled = rows.map((row, user) =>
    row.map((value, item) => value * users[user]! ** -alpha * items[item]! ** (alpha - 1)),
  )
  return times(
    items.map((_, item) => scaled.map((row) => row[item]!)),
    scaled,
  )
}
