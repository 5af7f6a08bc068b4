import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { ArtifactError, contentDigest, load, type Model } from '@recspec/core'
import type { Context } from '../context.js'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { loadPlugins } from '../project/plugins.js'
import { openRuntime, type Runtime } from '../project/runtime.js'
import { kindOf } from './kind.js'
import type { PluginOptions, RuntimeOptions } from './options.js'
import { compileModel } from './stored.js'

/** A model read from its file, and the runtime it runs on. */
export interface OpenModel {
  readonly model: Model
  readonly runtime: Runtime
  /** Digest of the content of the file, without the versions that wrote it. */
  readonly digest: string
}

const HINTS = {
  document: (path: string) => `train it first: recspec train ${path} --data …`,
  'data document': (path: string) => `train a model on it first: recspec train model.json --data ${path}`,
}

/** Opens an artifact, passes the model to `use`, and closes the runtime. */
export const withModel = async <T>(
  { host }: Context,
  path: string,
  options: RuntimeOptions & PluginOptions,
  use: (opened: OpenModel) => Promise<T>,
): Promise<T> => {
  const content = await readFile(resolve(host.cwd, path)).catch((error) => {
    throw failure('artifact', `unreadable artifact "${path}": ${fileReason(error)}`, 'recspec train writes one')
  })
  const kind = kindOf(content)
  if (kind !== undefined && kind !== 'trained model')
    throw failure('artifact', `"${path}" is a ${kind}, expected a trained model`, HINTS[kind](path))
  const plugins = await loadPlugins(host.cwd, options.plugin ?? [], path)
  const runtime = await openRuntime(host, options)
  try {
    const model = await load(content, compileModel(basename(path), plugins), {
      kernels: runtime.kernels,
      note: (line) => host.err(`${path}: ${line}\n`),
    }).catch((error) => {
      if (error instanceof ArtifactError) error.message = `${path}: ${error.message}`
      throw error
    })
    return await use({ model, runtime, digest: await contentDigest(content) })
  } finally {
    await runtime.kernels.close()
  }
}
