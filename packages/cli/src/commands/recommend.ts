import { Failure, type Model } from '@recspec/core'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { checkEngineOptions, type EngineOptions, withEngine } from '../engine/options.js'
import { recommendOnSpark } from '../engine/ranking.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { findEntity, namesOf } from '../input/entity.js'
import { type FilterOptions, filteredItems, withFilters } from '../input/filters.js'
import { parseHistory } from '../input/history.js'
import {
  type PluginOptions,
  type RuntimeOptions,
  withCount,
  withJson,
  withPlugins,
  withRuntime,
} from '../input/options.js'
import { columnsText, parseColumns } from '../input/with.js'
import { recommendEveryone } from '../output/everyone.js'
import { label, results, resultTable } from '../output/results.js'

interface Options extends RuntimeOptions, PluginOptions, FilterOptions, EngineOptions {
  readonly user?: string
  readonly history?: string
  readonly with?: string
  readonly count: number
  readonly seen?: true
  readonly all?: true
  readonly out?: string
  readonly json?: true
}

/**
 * Recommends to a new user; a model that cannot fold in still ranks for the users it was trained on, which the hint
 * says.
 */
const recommendForNew = async (model: Model, ...args: Parameters<Model['recommendFor']>) => {
  try {
    return await model.recommendFor(...args)
  } catch (error) {
    if (!(error instanceof Failure) || !/^needs (a score|a quadratic loss|one model)/.test(error.message)) throw error
    throw failure('data', `--history ${error.message}`, '--user recommends to the users of the training data')
  }
}

/** `recspec recommend`: the best items for a user, for a new user with columns, a history or both, or for everyone. */
export const recommendCommand = (context: Context): Command =>
  withEngine(withFilters(withPlugins(withRuntime(withJson(withCount(new Command('recommend')))))))
    .description('the best items for a user, for a new user with columns, a history or both, or for everyone')
    .argument('<artifact>', 'a trained model')
    .option('--user <id>', 'a user of the training data, by id or name')
    .option(
      '--history <items>',
      'or the history of a new user, oldest first: "Film 1, Film 2=5", ids or names, with values if needed',
    )
    .option(
      '--with <json>',
      'or the columns of a new user: \'{"age":25}\'; those left out are missing; beside --history where the model reads both',
    )
    .option('--seen', 'include items of the training data or of the history')
    .option('--all', 'or all users, written to --out')
    .option('--out <path>', 'where to write the lists of --all: .csv, .tsv, .jsonl or .parquet')
    .action((path: string, options: Options) => {
      const isNew = options.history !== undefined || options.with !== undefined
      if ([options.user !== undefined, isNew, options.all === true].filter(Boolean).length !== 1)
        throw failure(
          'document',
          'expected --user, --all, or --with or --history of a new user',
          'recspec recommend model.safetensors --user 42',
        )
      if ((options.out === undefined) === (options.all === true))
        throw failure(
          'document',
          '--all and --out go together',
          'recspec recommend model.safetensors --all --out recs.csv',
        )
      checkEngineOptions(options)
      if (options.engine !== undefined && options.all !== true)
        throw failure('document', 'an engine recommends to everyone', 'add --all and --out recs.parquet')
      return withModel(context, path, options, async ({ model }) => {
        if (!model.graph.ranking)
          throw failure('document', `"${model.graph.name}" does not rank items`, 'none of its heads reads an item')
        const seen = options.seen ?? false
        const among = await filteredItems(context.host, model, options)
        if (options.out !== undefined) {
          const lists = {
            ...{ out: options.out, k: options.count, seen },
            ...(among ? { among } : {}),
            ...(options.json ? ({ json: true } as const) : {}),
          }
          if (options.engine === undefined) return recommendEveryone(context, model, lists)
          return recommendOnSpark(context, model, { ...options, ...lists })
        }
        if (options.user === undefined) {
          const interactions = options.history === undefined ? undefined : parseHistory(options.history, model.items)
          const columns = options.with === undefined ? undefined : parseColumns(options.with, model, 'user')
          const names = namesOf(model.items)
          const user = { ...(columns ? { columns } : {}), ...(interactions ? { interactions } : {}) }
          const ranked = await recommendForNew(model, user, options.count, seen, among)
          const history = interactions?.map(({ index, value }) => ({
            item: model.items.ids.at(index),
            ...(names.nameOf(index) === undefined ? {} : { name: names.nameOf(index)! }),
            ...(value === undefined ? {} : { value }),
          }))
          if (options.json)
            return answer(context, {
              ...(columns ? { with: columns } : {}),
              ...(history ? { history } : {}),
              results: results(ranked, 'item'),
            })
          const words = history?.map(
            ({ item, name, value }) => `${label(item, name)}${value === undefined ? '' : ` = ${value}`}`,
          )
          const described = [...(columns ? [columnsText(columns)] : []), ...(words ?? [])]
          return context.host.out(`for a new user with ${described.join(', ')}\n\n${resultTable(ranked, 'item')}`)
        }
        const index = findEntity('user', model.users, options.user)
        const ranked = await model.recommend(index, options.count, seen, among)
        const id = model.users.ids.at(index)
        const name = namesOf(model.users).nameOf(index)
        if (options.json) answer(context, { user: id, results: results(ranked, 'item') })
        else context.host.out(`for ${label(id, name)}\n\n${resultTable(ranked, 'item')}`)
      })
    })
