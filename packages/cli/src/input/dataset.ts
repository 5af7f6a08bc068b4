import { relative, resolve } from 'node:path'
import type { Dataset, Ids } from '@recspec/core'
import { readDataset } from '@recspec/data'
import type { Host } from '../host.js'
import { formatCount } from '../output/table.js'
import type { DataOptions } from './options.js'

/** A data set, and how many rows of its files were not taken. */
export interface LoadedDataset {
  readonly dataset: Dataset
  readonly rejected: number
}

/** Reads `--data`, `--items`, `--users`; says on standard error what was rejected and why. */
export const loadDataset = async (
  host: Host,
  options: DataOptions,
  ids?: { readonly users: Ids; readonly items: Ids },
): Promise<LoadedDataset> => {
  const at = (path: string) => resolve(host.cwd, path)
  const { dataset, rejects, rejected } = await readDataset(at(options.data), {
    ...(options.items === undefined ? {} : { items: at(options.items) }),
    ...(options.users === undefined ? {} : { users: at(options.users) }),
    ...(ids === undefined ? {} : { ids }),
  })
  if (rejected > 0) {
    const shown = rejects.slice(0, 5).map(({ file, line, reason, column, raw }) => {
      const where = `${relative(host.cwd, resolve(host.cwd, file))}:${line}`
      return `  ${where}: ${reason}${column === undefined ? '' : ` in ${column}`}${raw === undefined ? '' : `: ${raw}`}\n`
    })
    const more = rejected > shown.length ? `  and ${formatCount(rejected - shown.length)} more\n` : ''
    host.err(`rejected ${formatCount(rejected)} rows\n${shown.join('')}${more}`)
  }
  return { dataset, rejected }
}
