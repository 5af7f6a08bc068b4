import type { Nearness } from '@recspec/core'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { findEntity, namesOf } from '../input/entity.js'
import {
  type PluginOptions,
  type RuntimeOptions,
  withBy,
  withCount,
  withJson,
  withPlugins,
  withRuntime,
} from '../input/options.js'
import { label, results, resultTable } from '../output/results.js'

interface Options extends RuntimeOptions, PluginOptions {
  readonly item?: string
  readonly user?: string
  readonly by?: Nearness
  readonly count: number
  readonly json?: true
}

/** `recspec similar`: the nearest items of an item, or users of a user. */
export const similarCommand = (context: Context): Command =>
  withPlugins(withRuntime(withJson(withBy(withCount(new Command('similar'))))))
    .description('the nearest items of an item, or users of a user')
    .argument('<artifact>', 'a trained model')
    .option('--item <id>', 'an item, by id or name')
    .option('--user <id>', 'a user, by id or name')
    .action((path: string, options: Options) => {
      const side = options.item === undefined ? 'user' : 'item'
      const text = options[side]
      if (text === undefined || (options.item !== undefined && options.user !== undefined))
        throw failure(
          'document',
          'expected --item or --user, one of them',
          'recspec similar model.safetensors --item 42',
        )
      return withModel(context, path, options, async ({ model }) => {
        const entities = side === 'item' ? model.items : model.users
        const index = findEntity(side, entities, text)
        const ranked = await model.similar(side, index, options.count, options.by)
        const id = entities.ids.at(index)
        if (options.json) answer(context, { [side]: id, of: side, results: results(ranked, side) })
        else context.host.out(`like ${label(id, namesOf(entities).nameOf(index))}\n\n${resultTable(ranked, side)}`)
      })
    })
