import { type Cell, input } from '@recspec/core'
import { inverseFrequencies } from './idf.js'
import { DEFAULT_VOCABULARY, params } from './params.js'
import { tokenizeBy, tokenizerContents } from './tokenizer.js'
import { frequentTokens, heightOf, rowLabels, rowsOf, type Vocabulary } from './vocabulary.js'

/** The tokens of a text as rows of a table [maxLength], in order. */
export const tokens = input({
  summary: 'The tokens of a text in order, each a row of a table: its words, characters or subwords, or runs of them.',
  params,
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: ({ maxLength, vocabulary, minCount, ngrams, hash }) => {
    if (Array.isArray(ngrams) && ngrams[0] > ngrams[1])
      throw new Error(`needs ngrams [from, to] in ascending order, got [${ngrams.join(', ')}]`)
    if (hash !== undefined && (vocabulary !== DEFAULT_VOCABULARY || minCount > 1))
      throw new Error('takes either "hash", or "vocabulary" and "minCount"')
    return [maxLength]
  },
  learn(params, source): Vocabulary {
    const cells = new Map<Cell, number>()
    for (const cell of source.training) cells.set(cell, (cells.get(cell) ?? 0) + 1)
    const tokenizer = tokenizerContents(params, source)
    const tokenize = tokenizeBy(params, tokenizer)
    const vocabulary: Vocabulary = {
      tokens: params.hash === undefined ? frequentTokens(params, cells, tokenize) : [],
      ...(tokenizer === undefined ? {} : { tokenizer }),
    }
    if (params.weights !== 'tf-idf') return vocabulary
    const rows = (cell: Cell) => rowsOf(params, vocabulary, tokenize(cell))
    return { ...vocabulary, idf: inverseFrequencies(cells, heightOf(params, vocabulary), rows) }
  },
  height: heightOf,
  labels: rowLabels,
  encode(params, vocabulary, value) {
    const { maxLength, truncate } = params
    const all = rowsOf(params, vocabulary, tokenizeBy(params, vocabulary.tokenizer)(value as Cell))
    const rows = truncate === 'start' ? all.slice(-maxLength) : all.slice(0, maxLength)
    return vocabulary.idf ? { rows, values: rows.map((row) => vocabulary.idf![row - 1]!) } : { rows }
  },
})
