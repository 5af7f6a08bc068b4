import type { Nearness } from '@recspec/core'
import { Command, Option } from 'commander'
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
import { columnsText, parseColumns } from '../input/with.js'
import { label, results, resultTable } from '../output/results.js'

interface Options extends RuntimeOptions, PluginOptions {
  readonly item?: string
  readonly user?: string
  readonly with?: string
  readonly of?: 'user' | 'item'
  readonly by?: Nearness
  readonly table?: string
  readonly count: number
  readonly json?: true
}

/** `recspec similar`: the nearest items of an item, or users of a user, known or described by columns. */
export const similarCommand = (context: Context): Command =>
  withPlugins(withRuntime(withJson(withBy(withCount(new Command('similar'))))))
    .description('the nearest items of an item, or users of a user, known or described by columns')
    .argument('<artifact>', 'a trained model')
    .option('--item <id>', 'an item, by id or name')
    .option('--user <id>', 'a user, by id or name')
    .option('--with <json>', 'or the columns of a new one: \'{"genres":"Drama|War"}\'; those left out are missing')
    .addOption(
      new Option('--of <side>', 'what --with describes: item or user; default: item').choices(['item', 'user']),
    )
    .option('--table <name>', 'compare the vectors of a table, or of another node, instead of those of the score')
    .action((path: string, options: Options) => {
      const given = [options.item, options.user, options.with].filter((text) => text !== undefined)
      if (given.length !== 1)
        throw failure(
          'document',
          'expected --item, --user or --with, one of them',
          'recspec similar model.safetensors --item 42',
        )
      if (options.of !== undefined && options.with === undefined)
        throw failure('document', '--of says what --with describes', 'leave it out with --item and --user')
      if (options.table !== undefined && options.with !== undefined)
        throw failure('document', '--table compares known items or users', 'leave it out with --with')
      const side = options.with !== undefined ? (options.of ?? 'item') : options.item === undefined ? 'user' : 'item'
      return withModel(context, path, options, async ({ model }) => {
        if (options.with !== undefined) {
          const columns = parseColumns(options.with, model, side)
          const ranked = await model.similarTo(side, { columns }, options.count, options.by)
          if (options.json) return answer(context, { with: columns, of: side, results: results(ranked, side) })
          return context.host.out(`like a new ${side} with ${columnsText(columns)}\n\n${resultTable(ranked, side)}`)
        }
        const entities = side === 'item' ? model.items : model.users
        const index = findEntity(side, entities, options[side]!)
        const ranked = await model.similar(side, index, options.count, options.by, options.table)
        const id = entities.ids.at(index)
        if (options.json) answer(context, { [side]: id, of: side, results: results(ranked, side) })
        else context.host.out(`like ${label(id, namesOf(entities).nameOf(index))}\n\n${resultTable(ranked, side)}`)
      })
    })
