import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { withModel } from '../input/artifact.js'
import { findEntity, namesOf } from '../input/entity.js'
import {
  type PluginOptions,
  type RuntimeOptions,
  withCount,
  withJson,
  withPlugins,
  withRuntime,
} from '../input/options.js'
import { label, results } from '../output/results.js'
import { formatMetric, table } from '../output/table.js'

interface Options extends RuntimeOptions, PluginOptions {
  readonly user: string
  readonly item: string
  readonly count: number
  readonly json?: true
}

/** Relative difference of the stored score and the exact one above which it is reported. */
const CLOSE = 1e-3

/** `recspec why`: what each past interaction adds to a score. */
export const whyCommand = (context: Context): Command =>
  withPlugins(withRuntime(withJson(withCount(new Command('why')))))
    .description('what each past interaction of a user adds to a score')
    .argument('<artifact>', 'a trained model')
    .requiredOption('--user <id>', 'the user, by id or name')
    .requiredOption('--item <id>', 'the item, by id or name')
    .action((path: string, options: Options) =>
      withModel(context, path, options, async ({ model }) => {
        const user = findEntity('user', model.users, options.user)
        const item = findEntity('item', model.items, options.item)
        const { score, stored, because, besides } = model.why(user, item)
        const [userId, itemId] = [model.users.ids.at(user), model.items.ids.at(item)]
        if (options.json)
          return answer(context, {
            user: userId,
            item: itemId,
            score,
            stored,
            because: results(because, 'item'),
            besides,
          })
        const shown = because.slice(0, options.count)
        const rest = because.slice(options.count)
        const others = rest.reduce((sum, part) => sum + part.score, 0)
        const rows = [
          ...shown.map(({ id, name, score: part }) => [label(id, name), formatMetric(part)]),
          ...(rest.length > 0 ? [[`${rest.length} more`, formatMetric(others)]] : []),
          ...besides.map(({ name, score: part }) => [name, formatMetric(part)]),
          ['score', formatMetric(score)],
        ]
        const userLabel = label(userId, namesOf(model.users).nameOf(user))
        const heading = `${label(itemId, namesOf(model.items).nameOf(item))} for ${userLabel}`
        const differs =
          Math.abs(stored - score) > CLOSE * Math.abs(score)
            ? [
                '\nthe score is that of the user vector that fits these interactions exactly; ',
                `the stored vector gives ${formatMetric(stored)}\n`,
              ].join('')
            : ''
        context.host.out(`${heading}\n\n${table(rows, ['left', 'right'])}${differs}`)
      }),
    )
