import type { Entities, Interaction } from '@recspec/core'
import { failure } from '../exit.js'
import { namesOf } from './entity.js'
import { matchName, type NameLookup, unknownName } from './query.js'

const VALUE = /^\s*=\s*(-?(?:\d+\.?\d*|\.\d+))\s*/

/**
 * Reads a history, oldest first: `Film 1, "Lion King, The"=5, i42=3.5`. The longest known name that ends before a comma
 * or `=` is taken. `option` is how messages call the text.
 */
export const parseHistory = (text: string, items: Entities, option = '--history'): readonly Interaction[] => {
  const names = namesOf(items)
  const lookup: NameLookup = {
    find: (called) => names.find(called).map((index) => ({ entity: 'item', index })),
    near: names.near,
    idOf: ({ index }) => items.ids.at(index),
  }
  const found: Interaction[] = []
  let rest = text.trim()
  if (!rest) throw failure('data', `missing items in ${option}`, 'write ids or names with commas between them')
  for (;;) {
    const read = matchName(rest, lookup, ',=')
    if (!read) throw unknownName(rest, lookup, false, /[,=]/)
    const value = VALUE.exec(read.rest)
    found.push({ index: read.entity.index, ...(value ? { value: Number(value[1]) } : {}) })
    rest = read.rest.slice(value?.[0].length ?? 0).trimStart()
    if (!rest) return found
    if (!rest.startsWith(','))
      throw failure('data', `missing comma before "${rest}" in ${option}`, 'a value is written name=5')
    rest = rest.slice(1).trimStart()
  }
}
