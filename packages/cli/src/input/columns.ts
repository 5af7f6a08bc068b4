import type { Model, NewEntity } from '@recspec/core'
import { failure } from '../exit.js'
import { closest } from './closest.js'
import { suggestion } from './entity.js'

/**
 * Reads `--with`, the columns of a new user or item: `{"gender":"F","age":25}`. Throws a `Failure` where it is no JSON
 * object, or names a column that the model does not read.
 */
export const parseColumns = (text: string, model: Model, side: 'user' | 'item'): NonNullable<NewEntity['columns']> => {
  const columns = model.columnsOf(side)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw failure('document', `--with is not JSON: ${text.slice(0, 60)}`, example(columns))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw failure('document', `--with is not an object of columns: ${text.slice(0, 60)}`, example(columns))
  const unknown = Object.keys(value).find((name) => !columns.includes(name))
  if (unknown !== undefined) {
    const near = closest(unknown, columns)
    const read =
      columns.length > 0
        ? `the model reads ${columns.map((name) => `"${name}"`).join(', ')}`
        : `the model reads no columns of ${side}s`
    throw failure(
      'data',
      `unknown column "${unknown}" of a new ${side}`,
      near === undefined ? read : `${suggestion([near])} ${read}`,
    )
  }
  return value as NonNullable<NewEntity['columns']>
}

const example = (columns: readonly string[]): string =>
  `write it as in --with '{"${columns[0] ?? 'age'}": …}', in quotes for the shell`

/** What `--with` says, as text. */
export const columnsText = (columns: NonNullable<NewEntity['columns']>): string =>
  Object.entries(columns)
    .map(([name, value]) => `${name} ${value ?? 'missing'}`)
    .join(', ') || 'no columns'
