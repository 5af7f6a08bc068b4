import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import type { Cell } from '../../dataset/column.js'
import { numeric, text } from './cells.js'
import {
  checkVocabulary,
  learnVocabulary,
  MISSING,
  rowOf,
  textsIn,
  UNKNOWN,
  type Vocabulary,
  vocabularyHeight,
  vocabularyLabels,
  vocabularyParams,
} from './vocabulary.js'

/**
 * One row per value of a cell with several (`Comedy|Drama`), optionally weighted (`Comedy:2|Drama`); an empty cell has
 * the row of missing values, a cell of unknown values only that of unknown ones.
 */
export const categories = input({
  summary:
    'One row per value of a cell with several (`Comedy|Drama`), optionally weighted; one row where all values are unknown, and one where there are none.',
  params: Type.Object(
    {
      separator: Type.String({ default: '|', minLength: 1, description: 'separator between values' }),
      weights: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'separator between a value and its weight: ":" reads `a:2|b` as a twice and b once',
        }),
      ),
      ...vocabularyParams,
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: ({ separator, weights, ...params }) => {
    if (weights === separator) throw new Error(`"separator" and "weights" are both ${JSON.stringify(weights)}`)
    checkVocabulary(params)
    return ['length']
  },
  learn: (params, { all, training }): Vocabulary => {
    const texts = (cell: Cell) => [...partsOf(params, cell).keys()]
    return learnVocabulary(params, textsIn(training, texts), textsIn(all, texts))
  },
  height: vocabularyHeight,
  labels: vocabularyLabels,
  encode: (params, vocabulary, value) => {
    const parts = partsOf(params, value)
    const rows: number[] = []
    const weights: number[] = []
    for (const [part, weight] of parts) {
      const row = rowOf(params, vocabulary, part)
      if (row === UNKNOWN) continue
      rows.push(row)
      weights.push(weight)
    }
    if (rows.length === 0) return { rows: [parts.size === 0 ? MISSING : UNKNOWN] }
    return params.weights === undefined ? { rows } : { rows, values: weights }
  },
})

interface Separators {
  readonly separator: string
  readonly weights?: string | undefined
}

/** Distinct values of a cell in the order of the cell, trimmed, with the sum of their weights. */
const partsOf = ({ separator, weights }: Separators, cell: Cell): ReadonlyMap<string, number> => {
  const parts = new Map<string, number>()
  for (const written of text(cell)?.split(separator) ?? []) {
    const at = weights === undefined ? -1 : written.lastIndexOf(weights)
    const part = (at < 0 ? written : written.slice(0, at)).trim()
    if (part === '') continue
    const weight = at < 0 ? 1 : weightOf(part, written.slice(at + weights!.length))
    parts.set(part, (parts.get(part) ?? 0) + weight)
  }
  return parts
}

const weightOf = (part: string, written: string): number => {
  const weight = numeric(written)
  if (weight === undefined) throw new Error(`invalid weight "${written.trim()}" of "${part}"`)
  return weight
}
