import type { Ranked } from '@recspec/core'
import { formatMetric, table } from './table.js'

/** One result as `--json` prints it: `item` is the id whichever side it is of, so that one key works everywhere. */
export interface Result {
  readonly item: string
  readonly user?: string
  readonly name?: string
  readonly score: number
}

/** Results for programs. */
export const results = (ranked: readonly Ranked[], side: 'user' | 'item'): readonly Result[] =>
  ranked.map(({ id, name, score }) => ({
    item: id,
    ...(side === 'user' ? { user: id } : {}),
    ...(name === undefined ? {} : { name }),
    score,
  }))

/** Results for people. */
export const resultTable = (ranked: readonly Ranked[], side: 'user' | 'item'): string => {
  if (ranked.length === 0) return '  nothing left to recommend\n'
  const named = ranked.some(({ name }) => name !== undefined)
  const rows = ranked.map(({ id, name, score }, index) => [
    String(index + 1),
    id,
    ...(named ? [name ?? ''] : []),
    formatMetric(score),
  ])
  return table(
    [['', side, ...(named ? ['name'] : []), 'score'], ...rows],
    named ? ['right', 'left', 'left', 'right'] : ['right', 'left', 'right'],
  )
}

/** How an entity is spoken of: its name where it has one, with the id behind it. */
export const label = (id: string, name: string | undefined): string =>
  name === undefined || name === id ? id : `${name} (${id})`
