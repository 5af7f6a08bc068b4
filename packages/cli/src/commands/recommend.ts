import { Command } from 'commander'
import { withModel } from '../artifact.js'
import { answer, type Context } from '../context.js'
import { entity, namesOf } from '../entity.js'
import { failure } from '../exit.js'
import { type EngineOptions, type PluginOptions, withCount, withEngine, withJson, withPlugins } from '../options.js'
import { called, results, resultTable } from '../results.js'

interface Options extends EngineOptions, PluginOptions {
  readonly user: string
  readonly count: number
  readonly seen?: true
  readonly json?: true
}

/** `recspec recommend`: the best items for a user. */
export const recommendCommand = (context: Context): Command =>
  withPlugins(withEngine(withJson(withCount(new Command('recommend')))))
    .description('the best items for a user')
    .argument('<artifact>', 'a trained model')
    .requiredOption('--user <id>', 'whom to recommend to: an id or a name')
    .option('--seen', 'also what the user already has')
    .action((path: string, options: Options) =>
      withModel(context, path, options, async ({ model }) => {
        if (!model.graph.ranking)
          throw failure('document', `"${model.graph.name}" does not rank items`, 'none of its heads reads an item')
        const index = entity('user', model.users, options.user)
        const ranked = await model.recommend(index, options.count, options.seen ?? false)
        const id = model.users.ids.at(index)
        const name = namesOf(model.users).nameOf(index)
        if (options.json) answer(context, { user: id, results: results(ranked, 'item') })
        else context.host.out(`for ${called(id, name)}\n\n${resultTable(ranked, 'item')}`)
      }),
    )
