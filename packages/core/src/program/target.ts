import { type Cell, type Column, cell, numbers } from '../dataset/column.js'
import { type Events, eventColumn } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import type { Head, Target } from '../graph/graph.js'

/** The target of a head for every event, in the loss's scale; undefined without a target. Throws on missing cells. */
export const targetOf = (head: Head, events: Events): Float32Array | undefined => {
  const { target } = head
  if (!target) return undefined
  const column = events.columns.get(target.column)
  if (!column)
    throw new Failure(
      'data',
      `missing column "${target.column}", the target of head "${head.name}"`,
      `the events have ${[...events.columns.keys()].map((name) => `"${name}"`).join(', ') || 'no other columns'}`,
    )
  if (target.positive !== undefined) {
    const out = new Float32Array(events.count)
    for (let row = 0; row < events.count; row++) out[row] = same(cell(column, row), target.positive) ? 1 : 0
    if (events.count > 0 && !out.includes(1)) throw neverPositive(head, target.column, column, events.count)
    return out
  }
  const out = Float32Array.from(numbers(column))
  const bad = out.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new Failure(
      'data',
      `column "${target.column}", the target of head "${head.name}", ${written(cell(column, bad))} at event ${bad + 1}`,
      'remove the row, or name the value that counts as 1 with "positive"',
    )
  const [low, high] = target.range ?? [0, 1]
  if (target.range) for (let row = 0; row < out.length; row++) out[row] = (out[row]! - low) / (high - low)
  const outside = head.loss.definition.logits ? out.findIndex((value) => value < 0 || value > 1) : -1
  if (outside >= 0)
    throw new Failure(
      'data',
      `"${head.loss.type}" learns labels from 0 to 1, column "${target.column}" has ${cell(column, outside)} at event ${outside + 1}`,
      'name the value that counts as 1 with "positive", or the scale with "range"',
    )
  return out
}

/** Additional columns that the loss of a head reads, by the loss's own names. */
export const targetColumns = ({ loss }: Head): Readonly<Record<string, string>> =>
  loss.definition.targets?.(loss.params) ?? {}

/** The additional columns as numbers, [events] each, by the loss's own names. Throws where one is missing. */
export const targetsOf = (head: Head, events: Events): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(
    Object.entries(targetColumns(head)).map(([name, called]) => {
      const what = `"${called}", which loss "${head.loss.type}" of head "${head.name}" reads as "${name}"`
      const column = eventColumn(events, called)
      if (!column)
        throw new Failure(
          'data',
          `missing column ${what}`,
          `the events have ${[...events.columns.keys()].map((known) => `"${known}"`).join(', ') || 'no other columns'}`,
        )
      const values = Float32Array.from(numbers(column))
      const bad = values.findIndex((value) => !Number.isFinite(value))
      if (bad >= 0)
        throw new Failure(
          'data',
          `column ${what}, ${written(cell(column, bad))} at event ${bad + 1}`,
          'remove the row, or name another column in the loss',
        )
      return [name, values]
    }),
  )

const written = (value: Cell) => (value === undefined ? 'is empty' : `has no number but "${value}"`)

/** The Failure where no event is positive: lists the values that occur. */
const neverPositive = (head: Head, name: string, column: Column, count: number) => {
  const found = new Set<Cell>()
  for (let row = 0; row < count && found.size < 6; row++) found.add(cell(column, row))
  const values = [...found].map((value) => (value === undefined ? 'empty' : `"${value}"`)).join(', ')
  return new Failure(
    'data',
    `no event has "${head.target!.positive}" in column "${name}", the positive value of head "${head.name}"`,
    `the column has ${values}${found.size < 6 ? '' : ', …'}`,
  )
}

const same = (value: Cell, positive: string | number | boolean) =>
  value !== undefined && String(value) === String(positive)

/** A score of the loss's scale in the scale of the target: mapped back from `range`, clamped to `clip`. */
export const toTargetScale = (target: Target | undefined, score: number): number => {
  const [low, high] = target?.range ?? [0, 1]
  const value = target?.range ? low + score * (high - low) : score
  return target?.clip ? Math.min(target.clip[1], Math.max(target.clip[0], value)) : value
}
