import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { initialize, type Model } from '@recspec/core'
import { kerasFolder } from '@recspec/export'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { withModel } from '../input/artifact.js'
import { loadDataset } from '../input/dataset.js'
import { loadGraph } from '../input/document.js'
import { kindOf } from '../input/kind.js'
import { folderOf } from '../output/destination.js'
import { save } from '../output/save.js'
import { openRuntime } from '../project/runtime.js'
import type { ExportFormat, ExportOptions } from './format.js'

/** A Keras 3 program. */
export const keras: ExportFormat = {
  name: 'keras',
  summary: 'a folder with a Keras 3 program, weights and encoded data',
  write: async (context, path, options) => {
    const { host } = context
    const folder = await folderOf(host.cwd, options.out)
    const content = await readFile(resolve(host.cwd, path)).catch((error) => {
      throw failure('document', `unreadable file "${path}": ${fileReason(error)}`)
    })
    if (kindOf(content) !== 'document' && (options.data !== undefined || options.set !== undefined))
      throw failure('document', '--data and --set are of documents, and a model has its own', 'leave them out')
    if (kindOf(content) !== 'document')
      return withModel(context, path, options, ({ model }) => write(context, folder, model, true, options))
    await writeDocument(context, folder, path, options)
  },
}

/** A document: its weights are initialized on the data. */
const writeDocument = async (context: Context, folder: string, path: string, options: ExportOptions) => {
  const { host } = context
  const { data, items, users, seed = 0 } = options
  if (data === undefined)
    throw failure('document', `"${path}" is a document, which says nothing of data`, 'give its data: --data …')
  const graph = await loadGraph(host, path, options)
  const source = { data, ...(items === undefined ? {} : { items }), ...(users === undefined ? {} : { users }) }
  const { dataset } = await loadDataset(host, source)
  const { kernels } = await openRuntime(host, options)
  try {
    await write(context, folder, initialize(graph, dataset, { kernels, seed, source }), false, options)
  } finally {
    await kernels.close()
  }
}

const write = async (
  context: Context,
  folder: string,
  model: Model,
  trained: boolean,
  options: ExportOptions,
): Promise<void> => {
  const { files, notes, phases } = await kerasFolder(model, { trained })
  for (const [name, content] of files) await save(join(folder, name), content)
  if (options.json) return answer(context, { out: options.out, files: [...files.keys()], phases, notes, trained })
  const { host } = context
  host.out(`saved ${model.graph.name} as a Keras program in ${options.out}\n`)
  for (const note of notes) host.out(`${note}\n`)
  host.out('\nnext\n')
  if (phases.length > 0) host.out(`  python ${options.out}/train.py --epochs 1\n`)
  host.out(`  python ${options.out}/score.py pairs.csv scores.csv\n`)
  if (phases.length > 0)
    host.out(`  recspec export ${options.out} --from keras --out ${model.graph.name}.safetensors\n`)
}
