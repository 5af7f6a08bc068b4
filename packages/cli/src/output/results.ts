import type { Ranked } from '@recspec/core'
import { formatMetric, table } from './table.js'

/** One result as `--json` prints it; `item` is the id, of a user too, so that one key works for every command. */
export interface Result {
  readonly item: string
  readonly user?: string
  readonly name?: string
  readonly score: number
}

/** Results as `--json` prints them. */
export const results = (ranked: readonly Ranked[], side: 'user' | 'item'): readonly Result[] =>
  ranked.map(({ id, name, score }) => ({
    item: id,
    ...(side === 'user' ? { user: id } : {}),
    ...(name === undefined ? {} : { name }),
    score,
  }))

/** Results as a table. */
export const resultTable = (ranked: readonly Ranked[], side: 'user' | 'item'): string => {
  if (ranked.length === 0) return '  nothing left to recommend\n'
  const named = ranked.some(({ name }) => name !== undefined)
  const rows = ranked.map(({ id, name, score }, index) => [
    String(index + 1),
    id,
    ...(named ? [name ?? ''] : []),
    formatMetric(score),
  ])
  const equal = ranked.length > 1 && ranked.every(({ score }) => score === ranked[0]!.score)
  const shown = table(
    [['', side, ...(named ? ['name'] : []), 'score'], ...rows],
    named ? ['right', 'left', 'left', 'right'] : ['right', 'left', 'right'],
  )
  return equal ? `${shown}  all scores are equal: the order says nothing\n` : shown
}

/** An entity as text: its name with the id in parentheses, or the id alone. */
export const label = (id: string, name: string | undefined): string =>
  name === undefined || name === id ? id : `${name} (${id})`
