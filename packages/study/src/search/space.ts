import { uniform } from '@recspec/kernels'
import { choice } from './choice.js'
import type { Dimension, Setting } from './dimension.js'
import { range } from './range.js'
import type { SearchParameter } from './section.js'

/** The dimensions of a search, in the order of the document. */
export type Space = readonly Dimension[]

/** A setting for each dimension, by its name. */
export type Settings = Readonly<Record<string, Setting>>

/** The pointers of a parameter, which may be written as one. */
export const pointersOf = ({ at }: { readonly at: string | readonly string[] }): readonly string[] =>
  typeof at === 'string' ? [at] : at

/** The space of the parameters of a section `search`. */
export const spaceOf = (parameters: Readonly<Record<string, SearchParameter>>): Space =>
  Object.entries(parameters).map(([name, parameter]) =>
    'values' in parameter
      ? choice(name, pointersOf(parameter), parameter.values)
      : range(name, pointersOf(parameter), parameter),
  )

/** One setting for each dimension. */
export const settingsOf = (space: Space, of: (dimension: Dimension, index: number) => Setting): Settings =>
  Object.fromEntries(space.map((dimension, index) => [dimension.name, of(dimension, index)]))

/** Random settings, by a key of the counter-based generator. */
export const randomSettings = (space: Space, key: number): Settings =>
  settingsOf(space, ({ pick }, index) => pick(uniform(key, index)))

/** A text that is equal for equal settings. */
export const settingsText = (space: Space, settings: Settings): string =>
  JSON.stringify(space.map(({ name }) => settings[name]))
