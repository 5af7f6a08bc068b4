import { relative, resolve } from 'node:path'
import type { Dataset, Ids, Model } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { failure } from '../exit.js'
import type { Host } from '../host.js'
import type { Interrupt } from '../interrupt.js'
import { formatCount } from '../output/table.js'
import type { DataOptions } from './options.js'

/** A data set, how many rows were rejected, and the files it was read from. */
export interface LoadedDataset {
  readonly dataset: Dataset
  readonly rejected: number
  readonly files: readonly string[]
}

/**
 * Reads `--data`, `--items`, `--users`; prints rejected rows with their reasons on standard error. A request to stop
 * ends the queries of the data.
 */
export const loadDataset = async (
  host: Host,
  options: DataOptions,
  ids?: { readonly users: Ids; readonly items: Ids },
  interrupt?: Interrupt,
): Promise<LoadedDataset> => {
  const at = (path: string) => resolve(host.cwd, path)
  const { dataset, rejects, rejected, files } = await readDataset(at(options.data), {
    ...(options.items === undefined ? {} : { items: at(options.items) }),
    ...(options.users === undefined ? {} : { users: at(options.users) }),
    ...(ids === undefined ? {} : { ids }),
    environment: host.environment,
    ...(interrupt === undefined ? {} : { signal: interrupt.signal }),
  }).catch((error) => {
    // a query that was stopped is no mistake of the data
    interrupt?.check()
    throw error
  })
  for (const { file, rows, dropped } of files)
    for (const one of dropped)
      host.err(
        `left out ${formatCount(one.rows)} of ${formatCount(rows)} rows of ${relative(host.cwd, file)}: ${one.rule}\n`,
      )
  if (rejected > 0) {
    const shown = rejects.slice(0, 5).map(({ file, line, reason, column, raw }) => {
      const where = `${relative(host.cwd, resolve(host.cwd, file))}:${line}`
      const what = `${reason}${column === undefined ? '' : ` in ${column}`}`
      return `  ${where}: ${what}${raw === undefined ? '' : `: ${raw}`}\n`
    })
    const more = rejected > shown.length ? `  and ${formatCount(rejected - shown.length)} more\n` : ''
    host.err(`rejected ${formatCount(rejected)} rows\n${shown.join('')}${more}`)
  }
  return { dataset, rejected, files: files.map(({ file }) => file) }
}

/** The data of the command line, or as a model names it; `subject` is how messages call the model. */
export const dataOf = ({ madeBy }: Model, subject: string, options: Partial<DataOptions>): DataOptions => {
  const { data, items, users } = options.data === undefined ? (madeBy.data ?? {}) : options
  if (data === undefined)
    throw failure('document', `${subject} does not name its data`, 'give the data that it was trained with: --data …')
  return { data, ...(items === undefined ? {} : { items }), ...(users === undefined ? {} : { users }) }
}
