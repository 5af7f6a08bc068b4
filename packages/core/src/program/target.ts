import { type Cell, type Column, cell, numbers } from '../dataset/column.js'
import { type Events, eventColumn } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import type { Head, Target, TargetValue } from '../graph/graph.js'
import { classOf, isLabel, labelOf } from '../graph/label.js'

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
  if (target.classes) return classesOf(head, target.classes, column, events.count)
  if (isLabel(target)) return labelsOf(head, target, column, events.count)
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

/** The label of every event; a missing value is not positive, and a threshold needs numbers. */
const labelsOf = (head: Head, target: Target, column: Column, count: number): Float32Array => {
  const label = labelOf(target)
  const out = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    const value = label(cell(column, row))
    if (Number.isNaN(value) && target.atLeast !== undefined)
      throw new Failure(
        'data',
        `column "${target.column}", the target of head "${head.name}", ${written(cell(column, row))} at event ${row + 1}`,
        'remove the row, or name the values that count as 1 with "positive"',
      )
    out[row] = value === 1 ? 1 : 0
  }
  if (count > 0 && !out.includes(1)) throw neverPositive(head, target, column, count)
  return out
}

/** The index of the class of every event. */
const classesOf = (head: Head, classes: readonly TargetValue[], column: Column, count: number): Float32Array => {
  const indexOf = classOf(classes)
  const out = Float32Array.from({ length: count }, (_, row) => indexOf(cell(column, row)))
  const wrong = out.findIndex((index) => !(index >= 0))
  if (wrong < 0) return out
  const more = out.reduce((found, index) => found + Number(!(index >= 0)), 0) - 1
  const value = cell(column, wrong)
  throw new Failure(
    'data',
    `column "${head.target!.column}", the target of head "${head.name}", ` +
      `${value === undefined ? 'is empty' : `has "${value}", which is none of its classes,`} at event ${wrong + 1}` +
      (more > 0 ? `, and ${more} more events have no class` : ''),
    `remove such rows, or add the value to "classes": they are ${listed(classes)}`,
  )
}

const listed = (classes: readonly TargetValue[]): string =>
  `${classes
    .slice(0, 8)
    .map((name) => `"${name}"`)
    .join(', ')}${classes.length > 8 ? ', …' : ''}`

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
const neverPositive = (head: Head, { column: name, positive, atLeast }: Target, column: Column, count: number) => {
  const found = new Set<Cell>()
  for (let row = 0; row < count && found.size < 6; row++) found.add(cell(column, row))
  const values = [...found].map((value) => (value === undefined ? 'empty' : `"${value}"`)).join(', ')
  const several = Array.isArray(positive)
  const wanted = atLeast === undefined ? listed(several ? positive : [positive as TargetValue]) : `${atLeast} or more`
  const called = atLeast === undefined ? `the positive value${several ? 's' : ''}` : 'the threshold'
  return new Failure(
    'data',
    `no event has ${wanted} in column "${name}", ${called} of head "${head.name}"`,
    `the column has ${values}${found.size < 6 ? '' : ', …'}`,
  )
}

/** A score of the loss's scale in the scale of the target: mapped back from `range`, clamped to `clip`. */
export const toTargetScale = (target: Target | undefined, score: number): number => {
  const [low, high] = target?.range ?? [0, 1]
  const value = target?.range ? low + score * (high - low) : score
  return target?.clip ? Math.min(target.clip[1], Math.max(target.clip[0], value)) : value
}
