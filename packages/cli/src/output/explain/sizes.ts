import type { Dataset, TrainingEstimate } from '@recspec/core'
import { formatBytes, formatCount, table } from '../table.js'

/** The sizes of a document with data. */
export interface Sizes {
  readonly path: string
  readonly users: number
  readonly items: number
  /** Events that are trained on, and that are held out. */
  readonly rows: number
  readonly heldOut: number
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[]; readonly numbers: number }[]
  /** Bytes that training needs, in all and by part. */
  readonly memory: number
  readonly parts: readonly { readonly name: string; readonly bytes: number }[]
}

/** Counts of data, shapes of tables and weights, and the memory of training. */
export const sizesOf = (path: string, data: Dataset, estimate: (data: Dataset) => TrainingEstimate): Sizes => {
  const { rows, heldOut, shapes, bytes, parts } = estimate(data)
  return {
    path,
    users: data.users.ids.count,
    items: data.items.ids.count,
    rows,
    heldOut,
    parameters: [...shapes].map(([name, shape]) => ({
      name,
      shape,
      numbers: shape.reduce((product, dim) => product * dim, 1),
    })),
    memory: bytes,
    parts: parts.map(({ name, bytes }) => ({ name, bytes })),
  }
}

/** Sizes as text. */
export const sizesText = ({ path, users, items, rows, heldOut, parameters, memory, parts }: Sizes): string => {
  const total = parameters.reduce((sum, { numbers }) => sum + numbers, 0)
  return [
    `\nwith ${path}\n`,
    `  ${formatCount(users)} users, ${formatCount(items)} items, ${formatCount(rows)} training rows, `,
    `${formatCount(heldOut)} held out\n`,
    `  ${formatCount(total)} parameters\n`,
    table(
      parameters.map(({ name, shape, numbers }) => [`  ${name}`, `[${shape.join(', ')}]`, formatCount(numbers)]),
      ['left', 'left', 'right'],
    ),
    `  ${formatBytes(memory)} of memory to train\n`,
    table(
      [...parts]
        .sort((a, b) => b.bytes - a.bytes)
        .slice(0, 6)
        .map(({ name, bytes }) => [`  ${name}`, formatBytes(bytes)]),
      ['left', 'right'],
    ),
  ].join('')
}
