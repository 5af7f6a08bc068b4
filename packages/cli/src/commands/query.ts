import type { Model, Nearness } from '@recspec/core'
import { Command, Option } from 'commander'
import { withModel } from '../artifact.js'
import { answer, type Context } from '../context.js'
import { namesOf } from '../entity.js'
import {
  type EngineOptions,
  type PluginOptions,
  withBy,
  withCount,
  withEngine,
  withJson,
  withPlugins,
} from '../options.js'
import { parseQuery, type Term, type Vocabulary } from '../query.js'
import { called, results, resultTable } from '../results.js'

interface Options extends EngineOptions, PluginOptions {
  readonly of?: 'item' | 'user'
  readonly by?: Nearness
  readonly count: number
  readonly json?: true
}

/** The users and items of a model as a query may call them. */
const vocabularyOf = (model: Model) => {
  const names = { user: namesOf(model.users), item: namesOf(model.items) }
  const entities = { user: model.users, item: model.items }
  const sides = ['user', 'item'] as const
  return {
    find: (text, side) =>
      sides
        .filter((candidate) => side === undefined || side === candidate)
        .flatMap((entity) => names[entity].find(text).map((index) => ({ entity, index }))),
    near: (text) => names.user.near(text) ?? names.item.near(text),
    idOf: ({ entity, index }) => entities[entity].ids.at(index),
    nameOf: ({ entity, index }: Term) => names[entity].nameOf(index),
  } satisfies Vocabulary & { nameOf(term: Term): string | undefined }
}

/** `recspec query`: what is nearest to a sum of users and items. */
export const queryCommand = (context: Context): Command =>
  withPlugins(withEngine(withJson(withBy(withCount(new Command('query'))))))
    .description('what is nearest to a sum: "Colombia + Turkey - Germany"')
    .argument('<artifact>', 'a trained model')
    .argument(
      '<sum...>',
      'ids or names with + and - between them, each with a weight if wanted: "0.5 * Turkey", "avg(Colombia, Turkey)"',
    )
    .addOption(new Option('--of <side>', 'results: items (the default) or users').choices(['item', 'user']))
    .action((path: string, words: readonly string[], options: Options) =>
      withModel(context, path, options, async ({ model }) => {
        const vocabulary = vocabularyOf(model)
        const terms = parseQuery(words.join(' '), vocabulary)
        const of = options.of ?? 'item'
        const ranked = await model.query(terms, options.count, of, options.by)
        const read = terms.map((term) => {
          const name = vocabulary.nameOf(term)
          return {
            entity: term.entity,
            id: vocabulary.idOf(term),
            ...(name === undefined ? {} : { name }),
            weight: term.weight,
          }
        })
        if (options.json) return answer(context, { terms: read, of, results: results(ranked, of) })
        const sum = read.map(({ id, name, weight }, index) => {
          const sign = weight < 0 ? '- ' : index > 0 ? '+ ' : ''
          const size = Math.abs(weight)
          return `${sign}${size === 1 ? '' : `${size} * `}${called(id, name)}`
        })
        context.host.out(`${sum.join(' ')}\n\n${resultTable(ranked, of)}`)
      }),
    )
