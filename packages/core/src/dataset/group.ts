import { lowerBound } from '@recspec/kernels'
import { taken } from './column.js'

/** Rows grouped by key: those of key r are `rows[start[r]] … rows[start[r + 1] − 1]`, ascending. */
export interface Groups {
  readonly start: Int32Array
  readonly rows: Int32Array
}

/** Starts of the groups of a counting sort, [count + 1]; rows where `keys` or `also` is negative are left out. */
export const starts = (keys: Int32Array, count: number, also: Int32Array = keys): Int32Array => {
  const start = new Int32Array(count + 1)
  for (let row = 0; row < keys.length; row++) if (keys[row]! >= 0 && also[row]! >= 0) start[keys[row]! + 1]!++
  for (let key = 0; key < count; key++) start[key + 1]! += start[key]!
  return start
}

/** Counting sort of rows by their key, 0 … count − 1; rows with a negative key are left out. */
export const grouped = (keys: Int32Array, count: number): Groups => {
  const start = starts(keys, count)
  const rows = new Int32Array(start[count]!)
  const next = start.slice(0, count)
  for (let row = 0; row < keys.length; row++) if (keys[row]! >= 0) rows[next[keys[row]!]!++] = row
  return { start, rows }
}

const isAscending = (keys: Float64Array): boolean => {
  for (let place = 1; place < keys.length; place++) if (keys[place]! < keys[place - 1]!) return false
  return true
}

/**
 * The places of integer keys sorted by (key, place). Key and place are packed into one number: a typed array sorts
 * several times as fast without a comparison function.
 */
const order = (keys: Int32Array): Int32Array => {
  const { length } = keys
  const packed = new Float64Array(length)
  for (let place = 0; place < length; place++) packed[place] = keys[place]! * length + place
  packed.sort()
  const places = new Int32Array(length)
  for (let place = 0; place < length; place++) places[place] = packed[place]! % length
  return places
}

/** Dense ranks of times as integers; equal times share a rank. */
const ranks = (times: Float64Array): Int32Array => {
  const sorted = times.slice().sort()
  const rank = new Int32Array(times.length)
  for (let place = 0; place < times.length; place++) rank[place] = lowerBound(sorted, times[place]!)
  return rank
}

/** Sorts the rows of every group by (time, row) in place; missing times first. Without times nothing changes. */
export const sortByTime = (groups: Groups, time: Float64Array | undefined): Groups => {
  if (!time) return groups
  for (let key = 0; key + 1 < groups.start.length; key++) {
    const group = groups.rows.subarray(groups.start[key], groups.start[key + 1])
    const times = new Float64Array(group.length)
    for (let place = 0; place < group.length; place++) {
      const value = time[group[place]!]!
      times[place] = Number.isNaN(value) ? -Infinity : value
    }
    if (!isAscending(times)) group.set(taken(group, order(ranks(times))))
  }
  return groups
}
