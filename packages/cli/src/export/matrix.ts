import type { Entities } from '@recspec/core'
import { npyBytes, type TableCell, type TableColumn, writeTable } from '@recspec/data'
import { failure } from '../exit.js'
import { namesOf } from '../input/entity.js'
import { save } from '../output/save.js'

/** A matrix of a model, and columns that say whose row is whose. */
export interface LabeledMatrix {
  /** [rows, width] */
  readonly values: Float32Array
  readonly width: number
  readonly columns: readonly TableColumn[]
  readonly cells: readonly (readonly TableCell[])[]
}

/** Columns that say whose vector a row is: `id`, and `name` where entities have names. */
export const entityColumns = (entities: Entities): Pick<LabeledMatrix, 'columns' | 'cells'> => {
  const rows = Array.from({ length: entities.ids.count }, (_, index) => index)
  const names = namesOf(entities)
  const isNamed = entities.nameColumn !== undefined
  return {
    columns: [{ name: 'id', type: 'text' }, ...(isNamed ? ([{ name: 'name', type: 'text' }] as const) : [])],
    cells: [
      rows.map((index) => entities.ids.at(index)),
      ...(isNamed ? [rows.map((index) => names.nameOf(index) ?? null)] : []),
    ],
  }
}

/** Writes a matrix as .npy, and the columns of its rows beside it; an empty one is refused with the hint. */
export const writeNpy = async (path: string, beside: string, matrix: LabeledMatrix, hint: string): Promise<void> => {
  const { values, width, columns, cells } = matrix
  if (values.length === 0) throw failure('data', 'the model has no such ids', hint)
  await writeTable(beside, columns, once(cells))
  await save(path, npyBytes(values, width))
}

/** Writes a matrix as a table: the columns of its rows, and `vector`. */
export const writeVectors = async (path: string, { values, width, columns, cells }: LabeledMatrix): Promise<void> => {
  const count = values.length / width
  const vectors = Array.from({ length: count }, (_, row) => values.subarray(row * width, (row + 1) * width))
  await writeTable(path, [...columns, { name: 'vector', type: 'floats' }], once([...cells, vectors]))
}

async function* once<T>(block: T): AsyncGenerator<T> {
  yield block
}
