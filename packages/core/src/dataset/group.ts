/** Places in an array by key: those of key r are `rows[start[r]] … rows[start[r + 1] − 1]`, ascending. */
export interface Groups {
  readonly start: Int32Array
  readonly rows: Int32Array
}

/** Counting sort of the places of `keys` (0 … count − 1) by key; places whose key is negative are left out. */
export const grouped = (keys: Int32Array, count: number): Groups => {
  const start = new Int32Array(count + 1)
  for (let row = 0; row < keys.length; row++) if (keys[row]! >= 0) start[keys[row]! + 1]!++
  for (let key = 0; key < count; key++) start[key + 1]! += start[key]!
  const rows = new Int32Array(start[count]!)
  const next = start.slice(0, count)
  for (let row = 0; row < keys.length; row++) if (keys[row]! >= 0) rows[next[keys[row]!]!++] = row
  return { start, rows }
}

/** Orders the places of every group by (time, place), in place; a missing time comes first. Without times nothing moves. */
export const sortByTime = (groups: Groups, time: Float64Array | undefined): Groups => {
  if (!time) return groups
  const at = (row: number) => (Number.isNaN(time[row]!) ? -Infinity : time[row]!)
  const compare = (a: number, b: number) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : a - b)
  for (let key = 0; key + 1 < groups.start.length; key++) {
    const group = groups.rows.subarray(groups.start[key], groups.start[key + 1])
    if (group.some((row, place) => place > 0 && compare(group[place - 1]!, row) > 0)) group.sort(compare)
  }
  return groups
}
