import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { EXIT, printError, reasonOf } from '../exit.js'
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

interface Options extends TrainingOptions, SetOptions {
  readonly json?: true
}

/** `recspec train`: a document and data become a model, measured against popularity. */
export const trainCommand = (context: Context): Command =>
  withPlugins(
    withSet(withRuntime(withSeed(withBudget(withSegments(withData(withReport(withJson(new Command('train'))))))))),
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
      const result = await runTraining(context, file, await loadGraph(host, file, options), options)
      const { evaluationError } = result.trained
      if (result.trained.interrupted) context.code = EXIT.interrupted
      if (evaluationError !== undefined) {
        context.code = EXIT[reasonOf(evaluationError)]
        host.err(`the model is saved, but not measured: ${printError(evaluationError, false)}\n`)
      }
      if (options.json) answer(context, trainedJson(result))
      else host.out(trainedText(context, result, options.plugin ?? []))
    })
