import type { Cell } from '../dataset/column.js'
import { Failure } from '../failure.js'
import type { Graph, InputNode } from '../graph/graph.js'
import type { NewEntity } from './model.js'

/** The columns that an input reads. */
const columnsOfInput = ({ columns }: InputNode): readonly string[] => columns

const inputsOf = ({ inputs }: Graph, side: 'user' | 'item') =>
  [...inputs.values()].filter(({ entity }) => entity === side)

/** The columns that describe a user or an item: those that the inputs of the side read. */
export const describingColumns = (graph: Graph, side: 'user' | 'item'): readonly string[] => [
  ...new Set(inputsOf(graph, side).flatMap(columnsOfInput)),
]

/** The cells of a new user or item; throws a Failure for an unknown column and for a value that is no cell of its column. */
export const describedCells = (
  graph: Graph,
  side: 'user' | 'item',
  columns: NonNullable<NewEntity['columns']>,
): ReadonlyMap<string, Cell> => {
  const known = describingColumns(graph, side)
  const cells = new Map<string, Cell>()
  for (const [name, value] of Object.entries(columns)) {
    if (!known.includes(name)) throw unknownColumn(side, name, known)
    const cell = cellOf(side, name, value)
    const reader = inputsOf(graph, side).find((node) => node.definition.numeric && columnsOfInput(node).includes(name))
    if (reader && cell !== undefined && !isNumeric(cell))
      throw new Failure('query', `column "${name}" of a new ${side}: expected a number, got "${cell}"`)
    cells.set(name, cell)
  }
  return cells
}

const unknownColumn = (side: 'user' | 'item', name: string, known: readonly string[]) =>
  new Failure(
    'query',
    `unknown column "${name}" of a new ${side}`,
    known.length > 0
      ? `the model reads ${known.map((one) => `"${one}"`).join(', ')}`
      : `the model reads no columns of ${side}s`,
  )

const isNumeric = (cell: Cell) => cell !== '' && Number.isFinite(Number(cell))

/** A value as a cell: texts and numbers as they are, booleans as data files write them, null is missing. */
const cellOf = (side: 'user' | 'item', name: string, value: unknown): Cell => {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value
  if (typeof value === 'boolean') return String(value)
  throw new Failure(
    'query',
    `column "${name}" of a new ${side}: expected a text or a number, got ${Array.isArray(value) ? 'a list' : typeof value === 'number' ? String(value) : `a value of type ${typeof value}`}`,
    'write it as the data does: several values are one text, as in "Comedy|Drama"',
  )
}
