import type { Column, Entities } from '@recspec/core'
import { distinct, fields, place } from './columns.js'
import type { Engine } from './duckdb.js'
import { DataError } from './error.js'
import { gathering } from './gather.js'
import { integers } from './growing.js'
import { stream, type Verdict } from './rows.js'
import type { Source } from './source.js'
import type { Vocabulary } from './vocabulary.js'

/** The rows of a column put where their ids are; missing elsewhere. */
const spread = (column: Column, at: Int32Array, count: number): Column => {
  if (column.kind === 'text') {
    const codes = new Int32Array(count).fill(-1)
    at.forEach((index, row) => {
      if (index >= 0) codes[index] = column.codes[row]!
    })
    return { ...column, codes }
  }
  const values = new Float64Array(count).fill(Number.NaN)
  at.forEach((index, row) => {
    if (index >= 0) values[index] = column.values[row]!
  })
  return { kind: 'number', values }
}

/** Entities of which nothing is known but who they are. */
export const bare = (ids: Vocabulary): Entities => ({ ids, columns: new Map() })

/** Reads an entity table; its ids that are not known yet are added when `learns`, else its row is left out. */
export const readEntities = async (
  engine: Engine,
  source: Source,
  ids: Vocabulary,
  learns: boolean,
): Promise<Entities> => {
  const { table, columns } = source
  distinct(source)
  const named = ['id', table.purpose === 'users' ? 'user' : 'item'].find((name) => columns.includes(name))
  const id = place(source, table.id ?? named ?? 1, 'id')!
  const name = place(source, table.name ?? ['title', 'name'].find((name) => columns.includes(name)), '')
  const others = await fields(engine, source, new Set([id]), 1)
  // a name is what people call something, whatever it looks like
  const typed = others.map((field) => (field.index === name ? { ...field, kind: 'text' as const } : field))

  const at = integers()
  const gather = gathering(typed, 2)
  let seen = new Uint8Array(1024)
  let twice = 0
  let example = ''
  const select = [source.text(id), ...typed.map(({ index, kind }) => source[kind](index))]
  await stream(engine, source, select, (block) => {
    const keys = block.texts(1)
    const rest = gather.on(block)
    return (row): Verdict => {
      if (!keys.has(row) || (keys.words[4 * row]! < 12 && keys.at(row).trim() === ''))
        return { reason: 'empty-id', column: columns[id]! }
      const verdict = rest.check(row)
      if (verdict) return verdict
      const index = ids.code(keys, row, learns)
      if (index >= seen.length) {
        const wider = new Uint8Array(2 * Math.max(index, seen.length))
        wider.set(seen)
        seen = wider
      }
      if (index >= 0) {
        if (seen[index] === 1 && twice++ === 0) example = keys.at(row)
        seen[index] = 1
      }
      at.push(index)
      rest.push(row)
      return undefined
    }
  })
  if (twice > 0)
    throw new DataError(
      'duplicate-ids',
      `duplicate id "${example}" in column "${columns[id]}", ${twice} rows too many`,
      {
        file: table.path,
        hint: `name the key: "${table.purpose}": { "id": "…" }`,
      },
    )
  const places = at.take()
  return {
    ids,
    columns: new Map([...gather.take()].map(([name, column]) => [name, spread(column, places, ids.count)])),
    ...(name === undefined || name === id ? {} : { nameColumn: columns[name]! }),
  }
}
