import type { Model, Nearness } from '@recspec/core'
import { Command, Option } from 'commander'
import { answer, type Context } from '../context.js'
import { withModel } from '../input/artifact.js'
import { namesOf } from '../input/entity.js'
import {
  type PluginOptions,
  type RuntimeOptions,
  withBy,
  withCount,
  withJson,
  withPlugins,
  withRuntime,
} from '../input/options.js'
import { type NameLookup, parseQuery, type QueryTerm } from '../input/query.js'
import { label, results, resultTable } from '../output/results.js'

interface Options extends RuntimeOptions, PluginOptions {
  readonly of?: 'item' | 'user'
  readonly by?: Nearness
  readonly count: number
  readonly json?: true
}

/** Looks names up among the users and items of a model. */
const lookupIn = (model: Model) => {
  const names = { user: namesOf(model.users), item: namesOf(model.items) }
  const entities = { user: model.users, item: model.items }
  const sides = ['user', 'item'] as const
  return {
    find: (text, side) =>
      sides
        .filter((candidate) => side === undefined || side === candidate)
        .flatMap((entity) => names[entity].find(text).map((index) => ({ entity, index }))),
    near: (text) => {
      const users = names.user.near(text)
      return users.length > 0 ? users : names.item.near(text)
    },
    idOf: ({ entity, index }) => entities[entity].ids.at(index),
    nameOf: ({ entity, index }: QueryTerm) => names[entity].nameOf(index),
  } satisfies NameLookup & { nameOf(term: QueryTerm): string | undefined }
}

/** `recspec query`: the items or users nearest to a sum of vectors. */
export const queryCommand = (context: Context): Command =>
  withPlugins(withRuntime(withJson(withBy(withCount(new Command('query'))))))
    .description('the items or users nearest to a sum: "Colombia + Turkey - Germany"')
    .argument('<artifact>', 'a trained model')
    .argument(
      '<sum...>',
      'ids or names joined by + and -, optionally with weights: "0.5 * Turkey", "avg(Colombia, Turkey)"',
    )
    .addOption(new Option('--of <side>', 'rank items (default) or users').choices(['item', 'user']))
    .action((path: string, words: readonly string[], options: Options) =>
      withModel(context, path, options, async ({ model }) => {
        const lookup = lookupIn(model)
        const terms = parseQuery(words.join(' '), lookup)
        const of = options.of ?? 'item'
        const ranked = await model.query(terms, options.count, of, options.by)
        const read = terms.map((term) => {
          const name = lookup.nameOf(term)
          return {
            entity: term.entity,
            id: lookup.idOf(term),
            ...(name === undefined ? {} : { name }),
            weight: term.weight,
          }
        })
        if (options.json) return answer(context, { terms: read, of, results: results(ranked, of) })
        const sum = read.map(({ id, name, weight }, index) => {
          const sign = weight < 0 ? '- ' : index > 0 ? '+ ' : ''
          const size = Math.abs(weight)
          return `${sign}${size === 1 ? '' : `${size} * `}${label(id, name)}`
        })
        context.host.out(`${sum.join(' ')}\n\n${resultTable(ranked, of)}`)
      }),
    )
