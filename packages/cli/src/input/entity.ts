import { cell, type Entities } from '@recspec/core'
import { failure } from '../exit.js'
import { closest } from './closest.js'

/** Finds entities by what people call them. */
export interface EntityNames {
  /** Positions of everyone called so: by id, else by name, else by name whatever its case. */
  find(text: string): readonly number[]
  /** What someone who wrote `text` may have meant. */
  near(text: string): string | undefined
  /** The name of an entity where the data has names. */
  nameOf(index: number): string | undefined
}

/** The names of one side; the index over names is made when it is first needed. */
export const namesOf = (entities: Entities): EntityNames => {
  const column = entities.nameColumn === undefined ? undefined : entities.columns.get(entities.nameColumn)
  const nameOf = (index: number) => {
    const name = column && cell(column, index)
    return name === undefined ? undefined : String(name)
  }
  let exact: Map<string, number[]> | undefined
  let folded: Map<string, number[]> | undefined
  const index = (fold: (name: string) => string) => {
    const found = new Map<string, number[]>()
    for (let row = 0; row < entities.ids.count; row++) {
      const name = nameOf(row)
      if (name === undefined) continue
      const rows = found.get(fold(name))
      if (rows) rows.push(row)
      else found.set(fold(name), [row])
    }
    return found
  }
  const find = (text: string): readonly number[] => {
    const byId = entities.ids.indexOf(text)
    if (byId >= 0) return [byId]
    exact ??= index((name) => name)
    const byName = exact.get(text)
    if (byName) return byName
    folded ??= index((name) => name.toLowerCase())
    return folded.get(text.toLowerCase()) ?? []
  }
  function* called() {
    for (let row = 0; row < entities.ids.count; row++) {
      yield entities.ids.at(row)
      const name = nameOf(row)
      if (name !== undefined) yield name
    }
  }
  return { find, near: (text) => closest(text, called()), nameOf }
}

/** The one user or item that a text means; throws a `Failure` when there is none or several. */
export const findEntity = (side: 'user' | 'item', entities: Entities, text: string): number => {
  const names = namesOf(entities)
  const [index, ...others] = names.find(text)
  if (index === undefined) {
    const near = names.near(text)
    const first = Array.from({ length: Math.min(3, entities.ids.count) }, (_, row) => `"${entities.ids.at(row)}"`)
    throw failure(
      'data',
      `unknown ${side} "${text}"`,
      near !== undefined ? `did you mean "${near}"?` : `known ${side}s look like ${first.join(', ')}`,
    )
  }
  if (others.length > 0) throw ambiguousName(side, text, [index, ...others].map(entities.ids.at))
  return index
}

/** Several share a name: the ids tell them apart. */
export const ambiguousName = (side: string, text: string, ids: readonly string[]) =>
  failure(
    'data',
    `ambiguous ${side} "${text}"`,
    `say which by id: ${ids
      .slice(0, 8)
      .map((id) => `"${id}"`)
      .join(', ')}${ids.length > 8 ? ` and ${ids.length - 8} more` : ''}`,
  )
