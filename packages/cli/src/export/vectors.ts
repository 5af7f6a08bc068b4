import { extname, resolve } from 'node:path'
import type { Entities, SideVectors } from '@recspec/core'
import { npyBytes, type TableColumn, writeTable } from '@recspec/data'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { namesOf } from '../input/entity.js'
import { checkDestination } from '../output/destination.js'
import { save } from '../output/save.js'
import { formatCount } from '../output/table.js'
import type { ExportOptions } from './format.js'

/** Writes the vectors of one side as a file for other programs, a row for each id. */
export const exportVectors = (
  context: Context,
  path: string,
  side: 'user' | 'item',
  options: ExportOptions,
): Promise<void> =>
  withModel(context, path, options, async ({ model }) => {
    const { host } = context
    const to = resolve(host.cwd, options.out)
    await checkDestination(to, `--out ${options.out}`)
    const entities = side === 'user' ? model.users : model.items
    const vectors = model.vectors(side, options.table)
    // a matrix has no column for ids
    const ids = extname(to).toLowerCase() === '.npy' ? `${options.out}.ids.csv` : undefined
    if (ids === undefined) await writeVectors(to, vectors, entities)
    else await writeMatrix(to, resolve(host.cwd, ids), vectors, entities)
    const { width, constant } = vectors
    if (options.json)
      return answer(context, {
        rows: entities.ids.count,
        width,
        constant,
        out: options.out,
        ...(ids === undefined ? {} : { ids }),
      })
    const beside = ids === undefined ? '' : `, their ids in ${ids}`
    host.out(`saved ${formatCount(entities.ids.count)} vectors of ${width} numbers in ${options.out}${beside}\n`)
    if (options.table === undefined) host.out(scoreText(constant))
  })

const scoreText = (constant: number): string =>
  `the score of a user and an item is the dot product of their vectors${constant === 0 ? '' : ` plus ${constant}`}\n`

/** Columns that say whose vector a row is. */
const idColumns = (entities: Entities): readonly TableColumn[] => [
  { name: 'id', type: 'text' },
  ...(entities.nameColumn === undefined ? [] : ([{ name: 'name', type: 'text' }] as const)),
]

const idCells = (entities: Entities) => {
  const rows = Array.from({ length: entities.ids.count }, (_, index) => index)
  const names = namesOf(entities)
  return [
    rows.map((index) => entities.ids.at(index)),
    ...(entities.nameColumn === undefined ? [] : [rows.map((index) => names.nameOf(index) ?? null)]),
  ]
}

/** Writes a matrix as .npy, and the ids of its rows beside it. */
const writeMatrix = async (path: string, ids: string, { values, width }: SideVectors, entities: Entities) => {
  if (entities.ids.count === 0) throw failure('data', 'the model has no such ids', 'give the other side to --vectors')
  await writeTable(ids, idColumns(entities), once(idCells(entities)))
  await save(path, npyBytes(values, width))
}

/** Writes a table of ids, names and vectors. */
const writeVectors = async (path: string, { values, width }: SideVectors, entities: Entities): Promise<void> => {
  const vectors = Array.from({ length: entities.ids.count }, (_, row) =>
    values.subarray(row * width, (row + 1) * width),
  )
  const columns = [...idColumns(entities), { name: 'vector', type: 'floats' } as const]
  await writeTable(path, columns, once([...idCells(entities), vectors]))
}

async function* once<T>(block: T): AsyncGenerator<T> {
  yield block
}
