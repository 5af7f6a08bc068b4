import { resolve } from 'node:path'
import { type Events, type Model, predictingHead, takeEvents } from '@recspec/core'
import { csvRow, type TableBlock, type TableCell, type TableColumn, writeTable } from '@recspec/data'
import { answer, type Context } from '../context.js'
import type { Pairs } from '../input/pairs.js'
import { checkDestination } from './destination.js'
import { formatCount } from './table.js'

// pairs scored at a time
const BLOCK = 2 ** 16

interface Options {
  readonly out?: string
  readonly json?: true
}

/** Columns of the written table: what is known of a pair, and why it has no score. */
const columnsFor = (model: Model): readonly TableColumn[] => [
  { name: 'user', type: 'text' },
  { name: 'item', type: 'text' },
  ...(model.classes ? ([{ name: 'class', type: 'text' }] as const) : []),
  { name: 'score', type: 'float' },
  { name: 'reason', type: 'text' },
]

/** Why a pair has no score: the sides that the graph reads and the model does not know. */
const reasonsOf = (model: Model, { user, item, count }: Events): readonly (string | null)[] => {
  const reads = (side: 'user' | 'item') => [...model.graph.inputs.values()].some(({ entity }) => entity === side)
  const [readsUser, readsItem] = [reads('user'), reads('item')]
  return Array.from({ length: count }, (_, row) => {
    const unknown = [...(readsUser && user[row]! < 0 ? ['user'] : []), ...(readsItem && item[row]! < 0 ? ['item'] : [])]
    return unknown.length === 0 ? null : `unknown ${unknown.join(' and ')}`
  })
}

/** The cells of some pairs. */
const cellsOf = (model: Model, pairs: Pairs, from: number, to: number): TableBlock => {
  const rows = Int32Array.from({ length: to - from }, (_, row) => from + row)
  const events = takeEvents(pairs.events, rows)
  const reasons = reasonsOf(model, events)
  const predicted = model.predict(events.user, events.item, events)
  const width = model.classes?.length ?? 1
  const best = Array.from(reasons, (_, row) => {
    let place = row * width
    for (let k = place; k < (row + 1) * width; k++) if (predicted[k]! > predicted[place]!) place = k
    return place
  })
  const unless = (of: (row: number) => TableCell) => reasons.map((reason, row) => (reason === null ? of(row) : null))
  return [
    Array.from(rows, (row) => pairs.users?.[row] ?? null),
    Array.from(rows, (row) => pairs.items?.[row] ?? null),
    ...(model.classes ? [unless((row) => String(model.classes![best[row]! % width]))] : []),
    unless((row) => predicted[best[row]!]!),
    reasons,
  ]
}

/** Scores pairs in their order and writes or prints them; a pair that the model does not know has a reason instead. */
export const predictPairs = async (context: Context, model: Model, pairs: Pairs, { out, json }: Options) => {
  const { host } = context
  if (out !== undefined) await checkDestination(resolve(host.cwd, out), `--out ${out}`)
  const columns = columnsFor(model)
  const printed: Record<string, TableCell>[] = []
  let unknown = 0
  async function* blocks(): AsyncGenerator<TableBlock> {
    for (let from = 0; from < pairs.count; from += BLOCK) {
      const block = cellsOf(model, pairs, from, Math.min(pairs.count, from + BLOCK))
      unknown += block.at(-1)!.filter((reason) => reason !== null).length
      yield block
    }
  }
  if (out !== undefined) await writeTable(resolve(host.cwd, out), columns, blocks())
  else {
    if (!json) host.out(csvRow(...columns.map(({ name }) => name)))
    for await (const block of blocks())
      for (const row of block[0]!.keys()) {
        const cells = block.map((column) => column[row]!)
        if (json) printed.push(Object.fromEntries(columns.map(({ name }, place) => [name, cells[place]!])))
        else host.out(csvRow(...cells.map((cell) => (cell === null ? '' : String(cell)))))
      }
  }
  const { target } = predictingHead(model.graph)
  const summary = { pairs: pairs.count, unknown, ...(target ? { target: target.column } : {}) }
  if (json) answer(context, { ...summary, ...(out === undefined ? { predictions: printed } : { out }) })
  else if (out !== undefined)
    host.out(`scored ${formatCount(pairs.count)} pairs, ${formatCount(unknown)} of them unknown\nsaved ${out}\n`)
}
