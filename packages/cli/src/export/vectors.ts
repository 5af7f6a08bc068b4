import { extname, resolve } from 'node:path'
import { answer, type Context } from '../context.js'
import { withModel } from '../input/artifact.js'
import { checkDestination } from '../output/destination.js'
import { formatCount } from '../output/table.js'
import type { ExportOptions } from './format.js'
import { entityColumns, writeNpy, writeVectors } from './matrix.js'

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
    const matrix = { ...vectors, ...entityColumns(entities) }
    if (ids === undefined) await writeVectors(to, matrix)
    else await writeNpy(to, resolve(host.cwd, ids), matrix, 'give the other side to --vectors')
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
