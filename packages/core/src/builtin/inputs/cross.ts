import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import type { Cell } from '../../dataset/column.js'
import { text } from './cells.js'
import {
  checkVocabulary,
  learnVocabulary,
  MISSING,
  rowOf,
  textsIn,
  type Vocabulary,
  vocabularyHeight,
  vocabularyParams,
} from './vocabulary.js'

/** One row per combination of the values of several columns; one row where any of them is missing. */
export const cross = input({
  summary:
    'One row per combination of values of two or more columns, one for unknown combinations, and one where a value is missing.',
  params: Type.Object(
    { minCount: vocabularyParams.minCount, hash: vocabularyParams.hash },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'columns',
  columns: { least: 2 },
  entities: ['user', 'item', 'event'],
  shape: (params) => {
    checkVocabulary(params)
    return []
  },
  learn: (params, { all, training }): Vocabulary =>
    learnVocabulary(params, textsIn(training, textOf), textsIn(all, textOf)),
  height: vocabularyHeight,
  encode: (params, vocabulary, cells) => {
    const [found] = textOf(cells)
    return { rows: [found === undefined ? MISSING : rowOf(params, vocabulary, found)] }
  },
})

/** The values as one text, `["F","25"]`; none where one is missing. */
const textOf = (cells: readonly Cell[]): readonly string[] => {
  const texts = cells.map(text)
  return texts.includes(undefined) ? [] : [JSON.stringify(texts)]
}
