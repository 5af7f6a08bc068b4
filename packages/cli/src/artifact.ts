import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { ArtifactError, load, type Model } from '@recspec/core'
import { compileStored } from './compile.js'
import type { Context } from './context.js'
import { fileReason } from './document.js'
import { type Engine, openEngine } from './engine.js'
import { failure } from './exit.js'
import type { EngineOptions, PluginOptions } from './options.js'
import { loadPlugins } from './plugins.js'

/** A model that was read from its file, and what runs it. */
export interface Opened {
  readonly model: Model
  readonly engine: Engine
  /** SHA-256 of the file. */
  readonly digest: string
}

/** SHA-256 in hexadecimal: two artifacts are equal when their digests are. */
export const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Opens an artifact, gives the model to `use`, and closes what it needed. */
export const withModel = async <T>(
  { host }: Context,
  path: string,
  options: EngineOptions & PluginOptions,
  use: (opened: Opened) => Promise<T>,
): Promise<T> => {
  const content = await readFile(resolve(host.cwd, path)).catch((error) => {
    throw failure('artifact', `unreadable artifact "${path}": ${fileReason(error)}`, 'recspec train writes one')
  })
  const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
  const engine = await openEngine(host, options)
  try {
    const model = await load(content, compileStored(basename(path), plugins), { kernels: engine.kernels }).catch(
      (error) => {
        if (error instanceof ArtifactError) error.message = `${path}: ${error.message}`
        throw error
      },
    )
    return await use({ model, engine, digest: digestOf(content) })
  } finally {
    await engine.kernels.close()
  }
}
