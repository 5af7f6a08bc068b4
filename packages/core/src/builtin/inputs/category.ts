import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { text } from './cells.js'
import {
  checkVocabulary,
  learnVocabulary,
  MISSING,
  oneText,
  rowOf,
  textsIn,
  type Vocabulary,
  vocabularyHeight,
  vocabularyLabels,
  vocabularyParams,
} from './vocabulary.js'

/** One row per value of a column; a missing value has a row of its own, and so have all unknown ones together. */
export const category = input({
  summary: 'One row per value of a column, one for unknown values and one for a missing value.',
  params: Type.Object(vocabularyParams, { additionalProperties: false }),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: (params) => {
    checkVocabulary(params)
    return []
  },
  learn: (params, { all, training }): Vocabulary =>
    learnVocabulary(params, textsIn(training, oneText), textsIn(all, oneText)),
  height: vocabularyHeight,
  labels: vocabularyLabels,
  encode: (params, vocabulary, value) => {
    const found = text(value)
    return { rows: [found === undefined ? MISSING : rowOf(params, vocabulary, found)] }
  },
})
