import { type Entities, factorize, type Model } from '@recspec/core'
import { namesOf } from '../input/entity.js'
import { isPrintable } from './printable.js'

/**
 * Commands that work with a model that was just trained, with the plugins that it needs; `compact` is how it was saved.
 * Empty where it ranks nothing.
 */
export const nextCommands = (
  path: string,
  { graph, users, items }: Model,
  plugins: readonly string[] = [],
  compact = false,
): readonly string[] => {
  const [user, item] = [firstLabel(users), firstLabel(items)]
  if (!graph.ranking || user === undefined || item === undefined) return []
  const bilinear = factorize(graph, graph.ranking.inputs[0]!).terms !== undefined
  const more = plugins.flatMap((name) => ['--plugin', name])
  const file = path.startsWith('-') ? `./${path}` : path
  return [
    commandLine(['recommend', file, '--user', user, ...(compact ? ['--seen'] : []), ...more]),
    ...(bilinear ? [commandLine(['similar', file, '--item', item, ...more])] : []),
  ]
}

/** The command that continues an interrupted run: the one that started it, with `--resume`. */
export const resumeCommand = (argv: readonly string[], checkpoint: string): string => {
  const kept = argv.filter((word, index) => {
    const before = argv[index - 1]
    return word !== '--resume' && before !== '--resume' && !word.startsWith('--resume=')
  })
  return commandLine([...kept, '--resume', checkpoint])
}

/** A command of recspec as a shell takes it. */
export const commandLine = (argv: readonly string[]): string => `npx recspec ${argv.map(shellQuote).join(' ')}`

/** The first entity as one would type it: by name where the name is its own, else by id. */
export const firstLabel = (entities: Entities): string | undefined => {
  const names = namesOf(entities)
  for (let row = 0; row < Math.min(100, entities.ids.count); row++) {
    const label = [names.nameOf(row), entities.ids.at(row)].find(
      (text) => text !== undefined && isPrintable(text) && names.find(text).length === 1 && names.find(text)[0] === row,
    )
    if (label !== undefined) return label
  }
  return undefined
}

/** A word as a shell takes it. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`
