import { type Cell, cell, eventColumn, type Graph, type Input, type InputSource, isSentence } from '@recspec/core'
import type { Check } from '../check.js'
import type { Params } from '../settings.js'
import { world } from '../world.js'
import type { InputSubject } from './kind.js'
import { learnedOf, nodeOf } from './learned.js'

/**
 * Whether an input can read its columns of the kit's data: it does not refuse their cells with a sentence. A fault is
 * not a refusal.
 */
export const readsColumns = (graph: Graph, input: Input, given: readonly Cell[] | undefined): boolean => {
  const node = nodeOf(graph, input)
  if (!node) return true
  if (input.reads === 'vector')
    return takes(input, node.params, world().vectors!.get(node.vectors!)!.values.subarray(0, 4))
  if (input.reads !== 'column' && input.reads !== 'columns') return true
  const { users, items, events, vectors } = world(given)
  const { entity, params, columns } = node
  const count = entity === 'event' ? events.count : (entity === 'user' ? users : items).ids.count
  const of = columns.map((name) =>
    entity === 'event' ? eventColumn(events, name) : (entity === 'user' ? users : items).columns.get(name),
  )
  if (of.some((column) => column === undefined)) return false
  const cells = Array.from({ length: count }, (_, row) => {
    const all = of.map((column): Cell => cell(column!, row))
    return input.reads === 'column' ? all[0]! : all
  })
  const source = { entity, count, all: cells, training: cells, columns, ...(vectors ? { vectors } : {}) }
  try {
    const state = input.learn(params, source as InputSource)
    for (const value of [...cells, input.reads === 'column' ? undefined : columns.map(() => undefined)])
      input.encode(params, state, value as never)
    return true
  } catch (error) {
    return !isSentence(error)
  }
}

/** Whether an input that learns nothing encodes a value. */
const takes = (input: Input, params: Params, value: unknown): boolean => {
  try {
    input.encode(params, input.learn(params, { entity: 'item', count: 1, all: [], training: [] }), value as never)
    return true
  } catch (error) {
    return !isSentence(error)
  }
}

/** `learn` and `encode` work on the data of the kit, as core checks them. */
export const learns: Check<InputSubject> = {
  name: 'learning',
  says: 'it learns from data, and encodes all of it',
  async *run({ uses, input }) {
    for (const { graph, cells, label } of uses)
      try {
        await learnedOf({ graph, cells }, input)
      } catch (error) {
        const { message } = error as Error
        // what "state" and "rows" say
        if (/learned a state that JSON|from "(encode|height)"/.test(message)) continue
        yield `${message}, ${label}`
      }
  },
}
