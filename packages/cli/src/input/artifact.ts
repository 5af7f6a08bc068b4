import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { ArtifactError, load, type Model } from '@recspec/core'
import type { Context } from '../context.js'
import { failure } from '../exit.js'
import { loadPlugins } from '../project/plugins.js'
import { openRuntime, type Runtime } from '../project/runtime.js'
import { fileReason } from './document.js'
import type { PluginOptions, RuntimeOptions } from './options.js'
import { compileStored } from './stored.js'

/** A model that was read from its file, and what runs it. */
export interface OpenModel {
  readonly model: Model
  readonly runtime: Runtime
  /** SHA-256 of the file. */
  readonly digest: string
}

/** SHA-256 in hexadecimal: two artifacts are equal when their digests are. */
export const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Opens an artifact, gives the model to `use`, and closes what it needed. */
export const withModel = async <T>(
  { host }: Context,
  path: string,
  options: RuntimeOptions & PluginOptions,
  use: (opened: OpenModel) => Promise<T>,
): Promise<T> => {
  const content = await readFile(resolve(host.cwd, path)).catch((error) => {
    throw failure('artifact', `unreadable artifact "${path}": ${fileReason(error)}`, 'recspec train writes one')
  })
  const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
  const engine = await openRuntime(host, options)
  try {
    const model = await load(content, compileStored(basename(path), plugins), { kernels: engine.kernels }).catch(
      (error) => {
        if (error instanceof ArtifactError) error.message = `${path}: ${error.message}`
        throw error
      },
    )
    return await use({ model, runtime: engine, digest: digestOf(content) })
  } finally {
    await engine.kernels.close()
  }
}
