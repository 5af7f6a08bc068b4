import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { localThreads } from '@recspec/export'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import type { Host } from '../host.js'
import type { EngineOptions } from './options.js'

/** Where an engine works. */
export interface Work {
  readonly master: string
  /** Threads of a local master; undefined for a cluster. */
  readonly threads: number | undefined
  readonly folder: string
  /** Removes a temporary folder; one of `--work` stays. */
  end(): Promise<void>
}

const DEFAULT_MASTER = 'local[2]'

const threadsOf = ({ master = DEFAULT_MASTER }: EngineOptions) => localThreads(master, availableParallelism())

/** Refuses a cluster that would have to read a temporary folder of this machine. */
export const checkWork = (options: EngineOptions): void => {
  if (options.work === undefined && threadsOf(options) === undefined)
    throw failure(
      'document',
      `the executors of ${options.master} do not see temporary folders of this machine`,
      'give --work a folder that is mounted on all of them',
    )
}

/** Opens the folder of an engine. */
export const openWork = async (host: Host, options: EngineOptions): Promise<Work> => {
  const { master = DEFAULT_MASTER, work } = options
  const threads = threadsOf(options)
  if (work === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'recspec-spark-'))
    return { master, threads, folder, end: () => rm(folder, { recursive: true, force: true }) }
  }
  const folder = resolve(host.cwd, work)
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw failure('output', `cannot write --work ${work}: ${fileReason(error)}`, 'give another folder')
  })
  return { master, threads, folder, end: async () => {} }
}
