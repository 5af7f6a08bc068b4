import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { contentDigest, type Model, measureHeldOut } from '@recspec/core'
import { artifactFile, readKerasWeights, weightsFile } from '@recspec/export'
import { answer, type Context } from '../context.js'
import { EXIT, failure, printError, reasonOf } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { withModel } from '../input/artifact.js'
import { dataOf, loadDataset } from '../input/dataset.js'
import { checkDestination } from '../output/destination.js'
import { metricTable } from '../output/metrics.js'
import { save } from '../output/save.js'
import type { ExportOptions } from './format.js'

/** Makes a model of the weights that the Keras program of a folder trained, and measures it as training does. */
export const fromKeras = async (context: Context, folder: string, options: ExportOptions): Promise<void> => {
  const { host } = context
  const to = resolve(host.cwd, options.out)
  await checkDestination(to, `--out ${options.out}`)
  const path = join(folder, weightsFile)
  const content = await readFile(resolve(host.cwd, path)).catch((error) => {
    throw failure(
      'artifact',
      `unreadable weights "${path}": ${fileReason(error)}`,
      'recspec export --to keras writes the folder, and its train.py the weights',
    )
  })
  await withModel(context, join(folder, artifactFile), options, async ({ model }) => {
    const { weights, from } = readKerasWeights(content)
    if (from === undefined)
      throw failure('artifact', `the weights in "${path}" were not trained in Keras`, `python ${folder}/train.py`)
    const trained = model.withWeights(weights, from)
    const measured = await measure(context, trained, folder, options)
    const bytes = await (measured.evaluation ? trained.withEvaluation(measured.evaluation) : trained).save()
    await save(to, bytes)
    const { evaluation } = measured
    if (options.json) {
      const { metrics = {}, baseline = {}, protocol = null, receipt = null } = evaluation ?? {}
      const digest = await contentDigest(bytes)
      return answer(context, { metrics, baseline, protocol, receipt, engine: from, digest, artifact: options.out })
    }
    if (evaluation) host.out(`${model.graph.name}, weights of ${from}\n\n${metricTable(evaluation, model.graph)}\n`)
    host.out(`saved ${options.out}\n`)
  })
}

/** The evaluation on the rows that the document holds out; where it fails, the model is saved nevertheless. */
const measure = async (context: Context, model: Model, folder: string, options: ExportOptions) => {
  const { host } = context
  try {
    const { dataset } = await loadDataset(host, dataOf(model, `the model of ${folder}`, options), {
      users: model.users.ids,
      items: model.items.ids,
    })
    return { evaluation: await measureHeldOut(model, dataset) }
  } catch (error) {
    context.code = EXIT[reasonOf(error)]
    host.err(`the model is saved, but not measured: ${printError(error, false)}\n`)
    return {}
  }
}
