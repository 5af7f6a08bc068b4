import type { Model } from '@recspec/core'
import { namesOf } from './entity.js'

/** What to type next with a trained model, with someone it knows. Empty for a model that ranks nothing. */
export const trySomething = (path: string, { graph, users, items }: Model): string => {
  if (!graph.ranking || users.ids.count === 0 || items.ids.count === 0) return ''
  const user = namesOf(users).nameOf(0) ?? users.ids.at(0)
  const item = namesOf(items).nameOf(0) ?? items.ids.at(0)
  return [
    '\nnext\n',
    `  recspec recommend ${shell(path)} --user ${shell(user)}\n`,
    `  recspec similar ${shell(path)} --item ${shell(item)}\n`,
  ].join('')
}

/** A word as a shell takes it. */
export const shell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`
