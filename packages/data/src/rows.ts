import { type Block, blocks, type Engine } from './duckdb.js'
import { DataError } from './error.js'
import { KEPT, type Reason } from './reject.js'
import type { Refusal, Source } from './source.js'

/** The rows of a block that are still good: 1 in `keep`; `refuse` makes it 0. */
export interface Choice {
  readonly keep: Uint8Array
  refuse(row: number, reason: Reason, column?: string): void
}

/** One part of what is read of every row: first all parts check, then all take what is left. */
export interface Part {
  check(block: Block, choice: Choice): void
  take(block: Block, keep: Uint8Array): void
}

/** Streams columns of a source through the parts. The first selected column is always the trust, the parts' own start at 1. */
export const stream = async (
  engine: Engine,
  source: Source,
  select: readonly string[],
  parts: readonly Part[],
): Promise<void> => {
  const { relation, rejects, sound, table, trusted } = source
  const refusals: Refusal[] = []
  let before = 0
  const trust = `CASE WHEN ${trusted} THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END`
  const choose = (count: number): Choice => {
    const keep = new Uint8Array(count).fill(1)
    const refuse = (row: number, reason: Reason, column?: string) => {
      if (keep[row] === 0) return
      keep[row] = 0
      if (refusals.length < KEPT)
        refusals.push({ row: before + row, reason, ...(column === undefined ? {} : { column }) })
      else rejects.counts.set(reason, (rejects.counts.get(reason) ?? 0) + 1)
    }
    return { keep, refuse }
  }
  try {
    for await (const block of blocks(engine, `SELECT ${[trust, ...select].join(', ')} FROM ${relation}`)) {
      const choice = choose(block.count)
      const trust = block.numbers(0).values
      for (let row = 0; row < block.count; row++) if (trust[row] === 0) choice.refuse(row, 'syntax')
      for (const part of parts) part.check(block, choice)
      for (const part of parts) part.take(block, choice.keep)
      before += block.count
    }
  } catch (error) {
    if (error instanceof DataError) throw error
    const what = String((error as Error).message).split('\n')[0]
    throw new DataError('unreadable', `unreadable file: ${what}`, { file: table.path })
  }
  if (before !== sound)
    throw new DataError('unreadable', `expected ${sound} rows, the engine read ${before}`, { file: table.path })
  await source.explain(refusals)
}
