import { Command } from 'commander'
import { withModel } from '../artifact.js'
import { answer, type Context } from '../context.js'
import {
  type DataOptions,
  type EngineOptions,
  type PluginOptions,
  withData,
  withEngine,
  withJson,
  withPlugins,
} from '../options.js'
import { read } from '../read.js'
import { scores } from '../scores.js'

interface Options extends EngineOptions, PluginOptions, DataOptions {
  readonly trained?: true
  readonly json?: true
}

/** `recspec evaluate`: measures a saved model on the test rows of data, or on those it was trained on. */
export const evaluateCommand = (context: Context): Command =>
  withPlugins(withEngine(withData(withJson(new Command('evaluate')))))
    .description('measure a trained model on test rows')
    .argument('<artifact>', 'a trained model')
    .option('--trained', 'measure on the rows that it was trained on: how well it fits')
    .action((path: string, options: Options) =>
      withModel(context, path, options, async ({ model, engine, digest }) => {
        const { dataset, rejected } = await read(context.host, options, {
          users: model.users.ids,
          items: model.items.ids,
        })
        const start = performance.now()
        const evaluation = await model.evaluate(dataset, options.trained ? 'trained' : 'test')
        const seconds = (performance.now() - start) / 1000
        if (options.json) {
          const { metrics, baseline, protocol, rows } = evaluation
          const { backend } = engine
          answer(context, { metrics, baseline, protocol, seconds, rows, rejected, digest, backend, artifact: path })
        } else context.host.out(`${model.graph.name}\n\n${scores(evaluation, model.graph)}`)
      }),
    )
