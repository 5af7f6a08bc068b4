import { join, resolve } from 'node:path'
import type { Entities, Model } from '@recspec/core'
import { longestVector, type PgvectorTables, pgvectorFiles, type VectorTable } from '@recspec/export'
import { answer } from '../context.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { namesOf } from '../input/entity.js'
import { checkDestination, checkFolder } from '../output/destination.js'
import { save } from '../output/save.js'
import { formatCount } from '../output/table.js'
import type { ExportFormat } from './format.js'

/** Users and items with the vectors whose product is the score, as SQL for PostgreSQL with pgvector. */
export const pgvector: ExportFormat = {
  name: 'pgvector',
  summary: 'SQL and data for PostgreSQL with pgvector, in a folder',
  write: async (context, path, options) => {
    const { host } = context
    const folder = resolve(host.cwd, options.out)
    await checkFolder(folder, `--out ${options.out}`)
    return withModel(context, path, options, async ({ model }) => {
      const tables = tablesOf(model)
      const files = pgvectorFiles(tables)
      for (const { name } of files) await checkDestination(join(folder, name), `${options.out}/${name}`)
      for (const { name, content } of files) await save(join(folder, name), content)
      const { width, constant } = tables
      const [users, items] = [tables.users.ids.length, tables.items.ids.length]
      const names = files.map(({ name }) => name)
      if (options.json) return answer(context, { users, items, width, constant, out: options.out, files: names })
      host.out(
        `saved vectors of ${formatCount(width)} numbers of ${formatCount(users)} users and ${formatCount(items)} items in ${options.out}\n` +
          `load them: psql -d database -f ${join(options.out, 'load.sql')}\n`,
      )
    })
  },
}

const tablesOf = (model: Model): PgvectorTables => {
  const [users, items] = [model.vectors('user'), model.vectors('item')]
  const { width, constant, shared } = items
  if (width > longestVector)
    throw failure(
      'document',
      `vectors of ${formatCount(width)} numbers, pgvector takes at most ${formatCount(longestVector)}`,
      'train with a smaller "dim"',
    )
  return {
    name: model.graph.name,
    users: tableOf('user', model.users, users.values, width),
    items: tableOf('item', model.items, items.values, width),
    width,
    constant,
    shared,
  }
}

/** The rows of one side; throws a `Failure` where PostgreSQL could not store one. */
const tableOf = (side: 'user' | 'item', { ids, ...entities }: Entities, vectors: Float32Array, width: number) => {
  if (ids.count === 0)
    throw failure('data', `the model has no ${side}s`, 'recspec export --vectors writes the other side')
  const rows = Array.from({ length: ids.count }, (_, row) => row)
  const list = rows.map((row) => ids.at(row))
  const nul = list.find((id) => id.includes('\0'))
  if (nul !== undefined)
    throw failure('data', `the ${side} "${nul}" has a NUL in its id, PostgreSQL takes none`, 'rename it in the data')
  const wrong = vectors.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0)
    throw failure(
      'data',
      `the vector of ${side} "${list[Math.floor(wrong / width)]}" has the number ${vectors[wrong]}`,
      'pgvector takes finite numbers: train with a smaller "learningRate"',
    )
  const names = namesOf({ ids, ...entities })
  const table: VectorTable = {
    ids: list,
    vectors,
    ...(entities.nameColumn === undefined
      ? {}
      : { names: rows.map((row) => names.nameOf(row)?.replaceAll('\0', '\ufffd')) }),
  }
  return table
}
