import type { Graph } from '@recspec/core'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { sparkGraph } from '../engine/als.js'
import { checkEngineOptions, type EngineOptions, withEngine } from '../engine/options.js'
import { EXIT, failure, printError, reasonOf } from '../exit.js'
import type { Host } from '../host.js'
import { loadGraph } from '../input/document.js'
import { parseInterval } from '../input/interval.js'
import {
  collect,
  type SetOptions,
  withBudget,
  withData,
  withJson,
  withPlugins,
  withReport,
  withRuntime,
  withSeed,
  withSegments,
  withSet,
} from '../input/options.js'
import { trainedJson, trainedText } from '../output/trained.js'
import { runTraining, type TrainingOptions } from '../project/training.js'

interface Options extends TrainingOptions, SetOptions, EngineOptions {
  readonly json?: true
}

/** `recspec train`: a document and data become a model, measured against popularity. */
export const trainCommand = (context: Context): Command =>
  withEngine(
    withPlugins(
      withSet(withRuntime(withSeed(withBudget(withSegments(withData(withReport(withJson(new Command('train'))))))))),
    ),
  )
    .description('train a model on data, measure it, save it')
    .argument('<file>', 'a document')
    .option('--out <path>', 'the file of the model; default: <name>.safetensors')
    .option('--resume <checkpoint>', 'continue a run that was stopped or killed: same document, data and seed')
    .option(
      '--checkpoint-every <n>',
      'keep a checkpoint for --resume beside --out while training: every 500 steps of the solver, or every 30s, 5m, 1h',
      parseInterval('--checkpoint-every'),
    )
    .option(
      '--log <path>',
      'keep every report: a .jsonl file, or a folder for TensorBoard (repeatable)',
      collect(String),
    )
    .option(
      '--compact',
      'leave the training interactions out of the model: recommend then needs --seen; why and evaluate do not work',
    )
    .action(async (file: string, options: Options) => {
      const { host } = context
      checkEngineOptions(options)
      const graph = await loadGraph(host, file, options)
      const result = await runTraining(context, file, await trainedBy(host, graph, options), options)
      const { evaluationError } = result.trained
      if (result.trained.interrupted) context.code = EXIT.interrupted
      if (evaluationError !== undefined) {
        context.code = EXIT[reasonOf(evaluationError)]
        host.err(`the model is saved, but not measured: ${printError(evaluationError, false)}\n`)
      }
      if (options.json) answer(context, trainedJson(result))
      else host.out(trainedText(context, result, options.plugin ?? []))
    })

/** The graph as the engine of the command line trains it. */
const trainedBy = async (host: Host, graph: Graph, options: Options): Promise<Graph> => {
  if (options.engine === undefined) return graph
  if (options.resume !== undefined || options.checkpointEvery !== undefined)
    throw failure(
      'document',
      'an engine has no checkpoints of recspec',
      'leave out --resume and --checkpoint-every: Spark retries what fails itself',
    )
  return sparkGraph(host, graph, options)
}
