import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { withModel } from '../input/artifact.js'
import { type PluginOptions, type RuntimeOptions, withJson, withPlugins, withRuntime } from '../input/options.js'
import { metricTable } from '../output/metrics.js'
import { formatBytes, formatCount, table } from '../output/table.js'

interface Options extends RuntimeOptions, PluginOptions {
  readonly document?: true
  readonly json?: true
}

/** `recspec info`: what is in the file of a model. */
export const infoCommand = (context: Context): Command =>
  withPlugins(withRuntime(withJson(new Command('info'))))
    .description('show what is in a model: sizes, versions, metrics with their receipts, its document')
    .argument('<artifact>', 'a trained model')
    .option('--document', 'print its document, macros expanded and defaults filled in')
    .action((path: string, options: Options) =>
      withModel(context, path, options, async ({ model, digest }) => {
        const { host } = context
        const { size } = await stat(resolve(host.cwd, path))
        const { graph, users, items, seed, madeBy, compact, evaluation } = model
        const parameters = [...model.shapes].map(([name, shape]) => ({
          name,
          shape,
          numbers: shape.reduce((product, dim) => product * dim, 1),
        }))
        if (options.json)
          return answer(context, {
            name: graph.name,
            artifact: path,
            size,
            digest,
            seed,
            madeBy,
            compact,
            users: users.ids.count,
            items: items.ids.count,
            parameters,
            evaluation: evaluation ?? null,
            document: graph.document,
          })
        if (options.document) return host.out(`${JSON.stringify(graph.document, null, 2)}\n`)
        const total = parameters.reduce((sum, { numbers }) => sum + numbers, 0)
        const data = Object.entries(madeBy.data ?? {}).map(([name, value]) => `--${name} ${value}`)
        const plugins = madeBy.plugins.map((plugin) => `, ${plugin.package} ${plugin.version}`).join('')
        host.out(
          `${graph.name}\n\n${table([
            ['file', `${path}, ${formatBytes(size)}${compact ? ', without training interactions' : ''}`],
            ['digest', digest],
            [
              'trained by',
              `${madeBy.engine === undefined ? '' : `${madeBy.engine}, `}@recspec/core ${madeBy.core}${plugins}`,
            ],
            ['trained with', `${[...data, `--seed ${seed}`].join(' ')}`],
            ['ids', `${formatCount(users.ids.count)} users, ${formatCount(items.ids.count)} items`],
            ['parameters', formatCount(total)],
            ...parameters.map(({ name, shape, numbers }) => [
              '',
              `${name} [${shape.join(', ')}]  ${formatCount(numbers)}`,
            ]),
          ])}`,
        )
        if (evaluation)
          host.out(
            `\n${metricTable(evaluation, graph)}${evaluation.receipt ? `  SHA-256 of the test rows: ${evaluation.receipt.tests}\n` : ''}`,
          )
      }),
    )
