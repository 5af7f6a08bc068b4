import { cell, type Entities } from '@recspec/core'
import { failure } from '../exit.js'
import { closest } from './closest.js'

/** Finds entities of one side by id or name. */
export interface EntityNames {
  /** Indices of all entities with this id, else with this name, else with this name in another case. */
  find(text: string): readonly number[]
  /** Indices of all entities whose name has this part, of at least three letters, in any case. */
  withPart(text: string): readonly number[]
  /** Ids or names that `text` may mean: the closest one, else up to three that contain it. */
  near(text: string): readonly string[]
  /** The name of an entity where the data has names. */
  nameOf(index: number): string | undefined
}

/** Letters of a part of a name that finds an entity. */
const PART = 3

/** The names of one side; the index over names is built on first use. */
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
  const withPart = (text: string): readonly number[] => {
    const part = text.trim().toLowerCase()
    if (part.length < PART) return []
    folded ??= index((name) => name.toLowerCase())
    return [...folded].flatMap(([name, rows]) => (name.includes(part) ? rows : []))
  }
  function* called() {
    for (let row = 0; row < entities.ids.count; row++) {
      yield entities.ids.at(row)
      const name = nameOf(row)
      if (name !== undefined) yield name
    }
  }
  const near = (text: string): readonly string[] => {
    const misspelt = closest(text, called())
    if (misspelt !== undefined) return [misspelt]
    const part = text.trim().toLowerCase()
    const found: string[] = []
    if (part.length < 2) return found
    for (const label of called()) {
      if (!label.toLowerCase().includes(part) || found.includes(label)) continue
      if (found.push(label) === 3) break
    }
    return found
  }
  return { find, withPart, near, nameOf }
}

/**
 * The index of the user or item that a text names, or whose name is the only one with this part; throws a `Failure`
 * when there is none or several.
 */
export const findEntity = (side: 'user' | 'item', entities: Entities, text: string): number => {
  const names = namesOf(entities)
  const found = names.find(text)
  const parts = found.length > 0 ? found : names.withPart(text)
  const [index, ...others] = found.length > 0 || parts.length === 1 ? parts : []
  if (index === undefined) {
    const near = names.near(text)
    const first = Array.from({ length: Math.min(3, entities.ids.count) }, (_, row) => `"${entities.ids.at(row)}"`)
    throw failure(
      'data',
      `unknown ${side} "${text}"`,
      suggestion(near) ?? `known ${side}s look like ${first.join(', ')}`,
    )
  }
  if (others.length > 0) throw ambiguousName(side, text, [index, ...others].map(entities.ids.at))
  return index
}

/** `did you mean "a", "b" or "c"?`; undefined without names. */
export const suggestion = (names: readonly string[]): string | undefined => {
  const quoted = names.map((name) => `"${name}"`)
  if (quoted.length < 2) return quoted[0] && `did you mean ${quoted[0]}?`
  return `did you mean ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}?`
}

/** The error about a name that several entities have; the hint lists their ids. */
export const ambiguousName = (side: string, text: string, ids: readonly string[]) =>
  failure(
    'data',
    `ambiguous ${side} "${text}"`,
    `give the id: ${ids
      .slice(0, 8)
      .map((id) => `"${id}"`)
      .join(', ')}${ids.length > 8 ? ` and ${ids.length - 8} more` : ''}`,
  )
