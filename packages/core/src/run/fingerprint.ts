import { key, mix } from '@recspec/kernels'
import type { Column } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'

/** A hash of the events of a data set: users, items, times and all columns. */
export const fingerprint = ({ users, items, events }: Dataset): number => {
  let hash = key(users.ids.count, items.ids.count, events.count)
  const add = (values: ArrayLike<number>) => {
    for (let k = 0; k < values.length; k++) hash = mix(hash, bits(values[k]!))
  }
  add(events.user)
  add(events.item)
  if (events.time) add(events.time)
  for (const [, column] of [...events.columns].sort(([a], [b]) => (a < b ? -1 : 1))) add(numbersOf(column))
  return hash
}

const numbersOf = (column: Column): ArrayLike<number> => (column.kind === 'text' ? column.codes : column.values)

const float = new Float32Array(1)
const word = new Int32Array(float.buffer)
const bits = (value: number): number => {
  float[0] = value
  return word[0]!
}
