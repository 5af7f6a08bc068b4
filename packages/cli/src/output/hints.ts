import { type Entities, factorize, type Model } from '@recspec/core'
import { namesOf } from '../input/entity.js'

/** What to type next with a trained model, with someone it knows. Empty for a model that ranks nothing. */
export const nextCommands = (path: string, { graph, users, items }: Model): string => {
  if (!graph.ranking || users.ids.count === 0 || items.ids.count === 0) return ''
  const bilinear = factorize(graph, graph.ranking.inputs[0]!).terms !== undefined
  return [
    '\nnext\n',
    `  npx recspec recommend ${shellQuote(path)} --user ${shellQuote(called(users))}\n`,
    bilinear ? `  npx recspec similar ${shellQuote(path)} --item ${shellQuote(called(items))}\n` : '',
  ].join('')
}

/** The first of them, by name where the name is its own. */
const called = (entities: Entities): string => {
  const names = namesOf(entities)
  const name = names.nameOf(0)
  return name !== undefined && names.find(name).length === 1 ? name : entities.ids.at(0)
}

/** A word as a shell takes it. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`
