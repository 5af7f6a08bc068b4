/** Rows by the unit that is resampled: unit u has the rows rows[start[u]] … rows[start[u + 1] − 1]. */
export interface Units {
  readonly count: number
  readonly start: Int32Array
  readonly rows: Int32Array
}

/** The units of rows: a user's rows are one unit, each row of an unknown user (−1) is one of its own. */
export const unitsOf = (users: Int32Array): Units => {
  const known = new Map<number, number>()
  let count = 0
  const unit = users.map((user) => {
    if (user < 0) return count++
    const found = known.get(user)
    if (found !== undefined) return found
    known.set(user, count)
    return count++
  })
  const start = new Int32Array(count + 1)
  for (const one of unit) start[one + 1]!++
  for (let one = 0; one < count; one++) start[one + 1]! += start[one]!
  const filled = start.slice()
  const rows = new Int32Array(users.length)
  for (const [row, one] of unit.entries()) rows[filled[one]!++] = row
  return { count, start, rows }
}

/** The rows of drawn units, a unit's rows as often as it was drawn. */
export const rowsOfUnits = ({ start, rows }: Units, drawn: Int32Array): Int32Array => {
  let length = 0
  for (const unit of drawn) length += start[unit + 1]! - start[unit]!
  const found = new Int32Array(length)
  let place = 0
  for (const unit of drawn) for (let at = start[unit]!; at < start[unit + 1]!; at++) found[place++] = rows[at]!
  return found
}
