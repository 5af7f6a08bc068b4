import type { Program } from '@recspec/core'
import type { Setup } from './problem.js'

/** Values of tables by name. */
export type Float64Tables = ReadonlyMap<string, Float64Array>

/** The tables of a program in float64. */
export const float64Tables = (program: Program): Float64Tables =>
  new Map([...program.tables].map(([name, { values }]) => [name, Float64Array.from(values)]))

/** The loss of one cell, from its r where it was observed, as papers write it. */
export type CellLoss = (score: number, r: number | undefined) => number

/** The objective summed over every cell of users × items, in float64. */
export const denseObjective = (setup: Setup, loss: CellLoss, unobserved: number, tables: Float64Tables): number => {
  const { users, items, dim, events, constant = 0, factor = 1, weight = 1, hasTarget = true } = setup
  const [p, q, bu, bi] = ['p', 'q', 'bu', 'bi'].map((name) => tables.get(name))
  const score = (user: number, item: number) => {
    let value = constant + (bu?.[user + 1] ?? 0) + (bi?.[item + 1] ?? 0)
    for (let k = 0; k < dim; k++) value += factor * p![(user + 1) * dim + k]! * q![(item + 1) * dim + k]!
    return value
  }
  let total = 0
  if (unobserved === 0)
    for (const [user, item, r] of events) total += weight * loss(score(user, item), hasTarget ? r : 1)
  else
    for (let user = 0; user < users; user++)
      for (let item = 0; item < items; item++) {
        const here = events.filter(([u, i]) => u === user && i === item)
        const r = here.reduce((sum, [, , value]) => sum + (hasTarget ? value : 1), 0)
        total += weight * loss(score(user, item), here.length > 0 ? r : undefined)
      }
  for (const [name, values] of tables) {
    if (setup.frozen?.includes(name)) continue
    const bias = name.startsWith('b')
    const { l2, nu } = bias ? setup.bias! : { l2: setup.l2 ?? 0.1, nu: setup.nu ?? 1 }
    const byUser = name === 'p' || name === 'bu'
    const width = bias ? 1 : dim
    for (let row = 0; row < values.length / width - 1; row++) {
      const others = events.filter((event) => event[byUser ? 0 : 1] === row).map((event) => event[byUser ? 1 : 0])
      // a cell counts once under a loss over cells, however many events it has
      const read = unobserved === 0 ? others.length : new Set(others).size
      const count = read + unobserved * (byUser ? items : users)
      let norm = 0
      for (let k = 0; k < width; k++) norm += values[(row + 1) * width + k]! ** 2
      if (norm > 0) total += l2 * count ** nu * norm
    }
  }
  return total
}

/**
 * The largest absolute partial derivative of the objective by a table, by central differences (exact for a quadratic).
 */
export const largestGradient = (
  objective: (tables: Float64Tables) => number,
  tables: Float64Tables,
  name: string,
): number => {
  const values = tables.get(name)!
  const step = 1e-3
  let largest = 0
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    values[at] = value + step
    const above = objective(tables)
    values[at] = value - step
    const below = objective(tables)
    values[at] = value
    largest = Math.max(largest, Math.abs(above - below) / (2 * step))
  }
  return largest
}
