import type { Sparse } from '@recspec/kernels'
import type { Cell, Column } from '../dataset/column.js'
import type { Entities } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import { type EncodedInput, encodeRow, type LearnedInput } from '../program/encode.js'
import { scoresOf, sideValuesOf } from '../program/inference.js'
import type { LoweredProgram } from '../program/lowered.js'
import { describedCells } from './describe.js'
import type { Model, NewRow } from './model.js'

type Side = 'user' | 'item'

/**
 * A program with new users and items after its own: described by columns, without events, unknown to tables of ids. Its
 * weights are those of the program.
 */
export const withNewRows = (
  program: LoweredProgram,
  { users = [], items = [] }: Parameters<Model['withNew']>[0],
): LoweredProgram => {
  const { graph, dataset } = program
  const added: Readonly<Record<Side, readonly NewRow[]>> = { user: users, item: items }
  const cells = {
    user: users.map(({ columns = {} }) => describedCells(graph, 'user', columns)),
    item: items.map(({ columns = {} }) => describedCells(graph, 'item', columns)),
  }
  const inputs = new Map(
    [...program.inputs].map(([name, input]) => {
      const { entity } = input.node
      if (!input.encoded || entity === 'event') return [name, input] as const
      return [
        name,
        withRows(
          input,
          cells[entity].map((row) => encodeRow(input, graph.plugins, row)),
        ),
      ] as const
    }),
  )
  const view: LoweredProgram = {
    ...program,
    dataset: {
      ...dataset,
      users: withEntities('user', dataset.users, users),
      items: withEntities('item', dataset.items, items),
    },
    inputs,
    history: (side) => {
      const found = program.history(side)
      return { ...found, start: padded(found.start, added[side].length) }
    },
    interactions: (side, column): Sparse => {
      const found = program.interactions(side, column)
      return { ...found, start: padded(found.start, added[side].length) }
    },
    source: (node, bound) => {
      const found = program.source(node, bound)
      const input = inputs.get(node.input)!
      if (!('use' in found)) return input.node.entity === 'event' ? found : { input }
      return {
        input,
        use: found.use,
        get history() {
          return view.history(input.node.entity as Side)
        },
        reads: {
          get entities() {
            return found.reads.entities
          },
          get values() {
            return found.reads.values
          },
          get times() {
            return found.reads.times
          },
          get along() {
            const { of } = input.node
            return of && of.entity !== 'event' ? inputs.get(of.name)!.encoded : found.reads.along
          },
        },
      }
    },
    scores: (node, users, items, events) => scoresOf(view, node, users, items, events),
    sideValues: (node) => sideValuesOf(view, node),
  }
  return view
}

/** Places of lists with empty lists after them. */
const padded = (start: Int32Array, count: number): Int32Array => {
  const out = new Int32Array(start.length + count).fill(start.at(-1)!)
  out.set(start)
  return out
}

/** Entities with new ones, and their names where there are names. */
const withEntities = (side: Side, { ids, columns, nameColumn }: Entities, rows: readonly NewRow[]): Entities => {
  const places = new Map<string, number>()
  for (const { id } of rows) {
    if (ids.indexOf(id) >= 0 || places.has(id))
      throw new Failure('query', `${side} "${id}" is not new`, 'give an id that the model does not have')
    places.set(id, ids.count + places.size)
  }
  return {
    ids: {
      count: ids.count + rows.length,
      at: (index) => rows[index - ids.count]?.id ?? ids.at(index),
      indexOf: (id) => places.get(id) ?? ids.indexOf(id),
    },
    columns: new Map(
      [...columns].map(([name, column]) => [
        name,
        withCells(
          column,
          rows.map((row) => (name === nameColumn ? row.name : undefined)),
        ),
      ]),
    ),
    ...(nameColumn === undefined ? {} : { nameColumn }),
  }
}

const withCells = (column: Column, cells: readonly Cell[]): Column => {
  if (column.kind === 'number')
    return {
      kind: 'number',
      values: Float64Array.from([...column.values, ...cells.map((cell) => Number(cell ?? NaN))]),
    }
  const { values, codes } = column
  return {
    kind: 'text',
    values: [...values, ...cells.map(String)],
    codes: Int32Array.from([...codes, ...cells.map((cell, k) => (cell === undefined ? -1 : values.length + k))]),
  }
}

/** An input with the entries of new entities, each of them entry 1 of its own encoding. */
const withRows = (input: LearnedInput, added: readonly EncodedInput[]): LearnedInput => {
  const { start, rows, weights, numbers, size } = input.encoded!
  if (numbers)
    return {
      ...input,
      encoded: {
        size,
        numbers: joined(
          numbers,
          added.map((one) => one.numbers!.subarray(size)),
        ),
      },
    }
  const own = added.map((one) => one.rows!.subarray(one.start![1]))
  const ends = Array.from(start!)
  for (const list of own) ends.push(ends.at(-1)! + list.length)
  const isWeighted = weights !== undefined || added.some((one) => one.weights)
  const ones = (length: number) => new Float32Array(length).fill(1)
  return {
    ...input,
    encoded: {
      size,
      start: Int32Array.from(ends),
      rows: joined(rows!, own),
      ...(isWeighted
        ? {
            weights: joined(
              weights ?? ones(rows!.length),
              added.map((one, k) => one.weights?.subarray(one.start![1]) ?? ones(own[k]!.length)),
            ),
          }
        : {}),
    },
  }
}

const joined = <A extends Int32Array | Float32Array>(first: A, rest: readonly A[]): A => {
  const length = rest.reduce((sum, list) => sum + list.length, first.length)
  const out = new (first.constructor as new (length: number) => A)(length)
  out.set(first)
  let at = first.length
  for (const list of rest) {
    out.set(list, at)
    at += list.length
  }
  return out
}
