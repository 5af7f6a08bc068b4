import type { Cell, InputSource } from '@recspec/core'
import { ngramsOf } from './ngrams.js'
import type { TokensParams } from './params.js'
import { subwordsOf } from './subwords.js'
import { charactersOf, wordsOf } from './words.js'

/** Splits a cell into tokens, in order; an unknown subword is ''. */
export type Tokenize = (cell: Cell) => readonly string[]

const builtins = new Map([
  ['words', wordsOf],
  ['characters', charactersOf],
])

/** The contents of the tokenizer that a document names; undefined for built-in ones. */
export const tokenizerContents = ({ tokenizer = 'words' }: TokensParams, { tokenizers }: InputSource): unknown => {
  const found = tokenizers?.get(tokenizer)
  if (builtins.has(tokenizer)) {
    if (found === undefined) return undefined
    throw new Error(`the data has a tokenizer "${tokenizer}", which is the name of a built-in one; rename it`)
  }
  if (found !== undefined) return found
  const names = [...builtins.keys(), ...(tokenizers?.keys() ?? [])].map((name) => `"${name}"`)
  throw new Error(`unknown tokenizer "${tokenizer}", expected ${names.join(', ')} or another of the data document`)
}

/** Splits cells as a document says; `contents` are those of its tokenizer. */
export const tokenizeBy = ({ tokenizer = 'words', ngrams = 1 }: TokensParams, contents: unknown): Tokenize => {
  const split = builtins.get(tokenizer) ?? subwordsOf(tokenizer, contents)
  const [from, to] = typeof ngrams === 'number' ? [1, ngrams] : ngrams
  const separator = tokenizer === 'characters' ? '' : ' '
  return (cell) => (cell === undefined ? [] : ngramsOf(split(String(cell)), from, to, separator))
}
