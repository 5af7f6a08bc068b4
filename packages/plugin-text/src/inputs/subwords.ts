import { Tokenizer } from '@huggingface/tokenizers'

/** Splits a text into the subwords of a tokenizer; a subword that the tokenizer does not know is ''. */
export type Subwords = (text: string) => readonly string[]

/** Tokenizers by the contents of their files, opened once each. */
const opened = new WeakMap<object, Subwords>()

/**
 * The tokenizer that the parsed contents of a `tokenizer.json` describe, without the special tokens that it may put
 * around a text. Throws a bare sentence where they describe none.
 */
export const subwordsOf = (name: string, contents: unknown): Subwords => {
  if (typeof contents !== 'object' || contents === null)
    throw new Error(`tokenizer "${name}" is no tokenizer.json: expected an object`)
  const known = opened.get(contents)
  if (known) return known
  const made = open(name, contents)
  opened.set(contents, made)
  return made
}

const open = (name: string, contents: object): Subwords => {
  let tokenizer: Tokenizer
  try {
    tokenizer = new Tokenizer({ added_tokens: [], ...contents }, {})
  } catch (error) {
    throw new Error(`tokenizer "${name}" cannot be read: ${(error as Error).message}`)
  }
  const unknown = tokenizer.model?.unk_token
  const isKnown = (token: string) => token !== unknown && tokenizer.token_to_id(token) !== undefined
  return (text) => tokenizer.tokenize(text).map((token) => (isKnown(token) ? token : ''))
}
