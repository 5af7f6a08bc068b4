import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import type { Cell } from '../../dataset/column.js'
import { numeric, text } from './cells.js'

/** Row of an entity whose flags are all missing. */
const MISSING = 0

/** One row per column that is set; none where all are 0. */
export const flags = input({
  summary:
    'One row per column that is set, of several columns of flags (0 and 1, true and false); one row where all are missing.',
  params: Type.Object({}, { additionalProperties: false }),
  gives: 'rows',
  reads: 'columns',
  entities: ['user', 'item', 'event'],
  shape: () => ['length'],
  learn: (_, { columns = [] }): { columns: readonly string[] } => ({ columns }),
  height: (_, { columns }) => columns.length + 1,
  labels: (_, { columns }) => [undefined, ...columns],
  encode: (_, __, cells) => {
    const flags = cells.map(flag)
    if (flags.every((set) => set === undefined)) return { rows: [MISSING] }
    return { rows: flags.flatMap((set, place) => (set ? [place + 1] : [])) }
  },
})

/** Whether a flag is set; undefined where it is missing. */
const flag = (cell: Cell): boolean | undefined => {
  const found = text(cell)?.trim().toLowerCase()
  if (found === undefined || found === '') return undefined
  if (found === 'true' || found === 'false') return found === 'true'
  const number = numeric(found)
  if (number === undefined) throw new Error(`invalid flag "${cell}", expected 0, 1, true or false`)
  return number !== 0
}
