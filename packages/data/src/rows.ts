import { type Block, blocks, type Engine } from './duckdb.js'
import { DataError } from './error.js'
import { KEPT, type Reason } from './reject.js'
import type { Refusal, Source } from './source.js'

/** What a visitor says of a row: nothing where it took it. */
export type Verdict = { readonly reason: Reason; readonly column?: string } | undefined

/**
 * Streams columns of a source, trusted rows only, and collects what the visitor refuses. The first selected column is always
 * the trust, the visitor's own start at 1.
 */
export const stream = async (
  engine: Engine,
  source: Source,
  select: readonly string[],
  visitor: (block: Block) => (row: number) => Verdict,
): Promise<void> => {
  const { relation, rejects, sound, table, trusted } = source
  const refusals: Refusal[] = []
  let row = 0
  const refuse = (verdict: NonNullable<Verdict>) => {
    if (refusals.length < KEPT) refusals.push({ row, ...verdict })
    else rejects.counts.set(verdict.reason, (rejects.counts.get(verdict.reason) ?? 0) + 1)
  }
  const trust = `CASE WHEN ${trusted} THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END`
  try {
    for await (const block of blocks(engine, `SELECT ${[trust, ...select].join(', ')} FROM ${relation}`)) {
      const visit = visitor(block)
      const trust = block.numbers(0).values
      for (let at = 0; at < block.count; at++, row++) {
        const verdict = trust[at] === 0 ? ({ reason: 'syntax' } as const) : visit(at)
        if (verdict) refuse(verdict)
      }
    }
  } catch (error) {
    if (error instanceof DataError) throw error
    throw new DataError('unreadable', `unreadable file: ${String((error as Error).message).split('\n')[0]}`, {
      file: table.path,
    })
  }
  if (row !== sound)
    throw new DataError('unreadable', `expected ${sound} rows, the engine read ${row}`, { file: table.path })
  await source.explain(refusals)
}
