import { type Column, cell } from './column.js'
import type { Events } from './dataset.js'

/** Concatenates events; only columns that both have are kept. */
export const joinEvents = (first: Events, second: Events): Events => {
  const time = first.time && second.time ? join(Float64Array, first.time, second.time) : undefined
  const shared = [...first.columns.keys()].filter((name) => second.columns.has(name))
  return {
    count: first.count + second.count,
    user: join(Int32Array, first.user, second.user),
    item: join(Int32Array, first.item, second.item),
    ...(time ? { time } : {}),
    columns: new Map(shared.map((name) => [name, joinColumns(first, second, name)])),
  }
}

type Numbers = Int32Array | Float64Array

const join = <A extends Numbers>(Kind: new (length: number) => A, first: A, second: A): A => {
  const both = new Kind(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

const joinColumns = (first: Events, second: Events, name: string): Column => {
  const [head, tail] = [first.columns.get(name)!, second.columns.get(name)!]
  if (head.kind === 'number' && tail.kind === 'number')
    return {
      kind: 'number',
      values: join(Float64Array, Float64Array.from(head.values), Float64Array.from(tail.values)),
    }
  const values: string[] = []
  const codeOf = new Map<string, number>()
  const codes = Int32Array.from({ length: first.count + second.count }, (_, row) => {
    const value = row < first.count ? cell(head, row) : cell(tail, row - first.count)
    if (value === undefined) return -1
    const text = String(value)
    if (!codeOf.has(text)) codeOf.set(text, values.push(text) - 1)
    return codeOf.get(text)!
  })
  return { kind: 'text', codes, values }
}
