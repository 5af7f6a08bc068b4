import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type SavedTensor, safetensorsBytes } from '@recspec/core'
import { answer, type Context } from '../context.js'
import { withModel } from '../input/artifact.js'
import { checkDestination, folderOf } from '../output/destination.js'
import { save, writeFailure } from '../output/save.js'
import { formatCount } from '../output/table.js'
import type { ExportFormat, ExportOptions } from './format.js'
import { type ModelMatrices, matricesOf } from './matrices.js'
import { type LabeledMatrix, writeNpy, writeVectors } from './matrix.js'

/** A format with a file for each matrix. */
const filed = (
  name: string,
  summary: string,
  extension: string,
  write: (path: string, matrix: LabeledMatrix) => Promise<void>,
): ExportFormat => ({
  name,
  summary,
  write: (context, path, options) =>
    withModel(context, path, options, async ({ model }) => {
      const folder = await folderOf(context.host.cwd, options.out)
      const found = matricesOf(model)
      const fileOf = (matrix: string) => `${matrix}${extension}`
      for (const matrix of found.matrices.keys())
        await checkDestination(join(folder, fileOf(matrix)), `--out ${join(options.out, fileOf(matrix))}`)
      await mkdir(folder, { recursive: true }).catch((error) => {
        throw writeFailure(folder, error)
      })
      for (const [matrix, labeled] of found.matrices) await write(join(folder, fileOf(matrix)), labeled)
      say(context, options, found, (matrix) => join(options.out, fileOf(matrix)))
    }),
})

/** `recspec export --to parquet`: a table for each matrix. */
export const parquet = filed(
  'parquet',
  'vectors of both sides and all tables, a folder of .parquet',
  '.parquet',
  writeVectors,
)

/** `recspec export --to npy`: a matrix each, and the ids of its rows beside it. */
export const npy = filed('npy', 'the same as a folder of .npy, ids beside each as .ids.csv', '.npy', (path, matrix) =>
  writeNpy(path, `${path}.ids.csv`, matrix, 'export it as .parquet'),
)

/** `recspec export --to safetensors`: one file with all matrices. */
export const safetensors: ExportFormat = {
  name: 'safetensors',
  summary: 'the same as one file',
  write: (context, path, options) =>
    withModel(context, path, options, async ({ model }) => {
      const to = resolve(context.host.cwd, options.out)
      await checkDestination(to, `--out ${options.out}`)
      const found = matricesOf(model)
      const tensors = new Map([...found.matrices].flatMap(([name, matrix]) => tensorsOf(name, matrix)))
      const { constant } = found
      await save(to, safetensorsBytes(tensors, constant === undefined ? {} : { constant: String(constant) }))
      say(context, options, found, () => options.out)
    }),
}

/** A matrix, and the texts of its rows as a JSON array in UTF-8. */
const tensorsOf = (name: string, { values, width, columns, cells }: LabeledMatrix): [string, SavedTensor][] => {
  const texts = columns.flatMap((column, place): [string, SavedTensor][] => {
    if (column.type !== 'text') return []
    const data = new TextEncoder().encode(JSON.stringify(cells[place]))
    return [[`${name}.${column.name}`, { shape: [data.length], data }]]
  })
  return [[name, { shape: [values.length / width, width], data: values }], ...texts]
}

/** Says what was written. */
const say = (
  context: Context,
  { out, json }: ExportOptions,
  { matrices, constant, obstacle }: ModelMatrices,
  fileOf: (matrix: string) => string,
): void => {
  const sizes = [...matrices].map(([name, { values, width }]) => ({
    name,
    file: fileOf(name),
    rows: values.length / width,
    width,
  }))
  if (json) {
    answer(context, {
      out,
      matrices: sizes,
      ...(constant === undefined ? {} : { constant }),
      ...(obstacle === undefined ? {} : { obstacle }),
    })
    return
  }
  for (const { name, file, rows, width } of sizes)
    context.host.out(`saved ${name} in ${file}: ${formatCount(rows)} rows of ${width} numbers\n`)
  context.host.out(
    obstacle === undefined
      ? `the score of a user and an item is the dot product of their vectors${constant === 0 ? '' : ` plus ${constant}`}\n`
      : `no vectors of users and items: ${obstacle}\n`,
  )
}
