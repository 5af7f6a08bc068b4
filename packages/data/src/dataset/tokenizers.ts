import { readFile, stat } from 'node:fs/promises'
import { DataError } from '../error.js'
import { checkFile } from '../files/path.js'

/** The largest `tokenizer.json`, in bytes. */
const MAX_BYTES = 2 ** 26

/** Reads a `tokenizer.json`: one JSON object. What it says is checked by the input that uses it. */
export const readTokenizer = async (path: string): Promise<unknown> => {
  await checkFile(path)
  const { size } = await stat(path)
  if (size > MAX_BYTES)
    throw new DataError('tokenizer', `invalid tokenizer of ${size} bytes, expected at most ${MAX_BYTES}`, {
      file: path,
    })
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new DataError('tokenizer', `invalid tokenizer, expected JSON: ${error.message.slice(0, 200)}`, {
      file: path,
      hint: 'it is the file tokenizer.json of the library "tokenizers"',
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DataError('tokenizer', 'invalid tokenizer, expected a JSON object', { file: path })
  return value
}
