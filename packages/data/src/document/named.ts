import { dirname, extname, resolve } from 'node:path'
import { entryOf, type FileEntry } from './entries.js'
import type { DataDocument } from './schema.js'

/** Pretrained vectors by name, and where their ids and numbers are. */
export interface VectorsEntry {
  readonly name: string
  readonly file: FileEntry
  /** A table's column of ids; default `id`, else the first. */
  readonly id?: string | number
  /** A table's column of lists, or its columns of one number each; default all other columns. */
  readonly vector?: string | number | readonly string[]
  /** The file of the ids of an array; default their row from 0. */
  readonly ids?: string
  /** The name of an array in its file; default the only one of two dimensions. */
  readonly tensor?: string
}

/** The entries of `vectors`. */
export const vectorsOf = (document: DataDocument, path: string): VectorsEntry[] => {
  const folder = dirname(path)
  return Object.entries(document.vectors ?? {}).map(([name, { id, vector, ids, tensor, ...file }]) => ({
    name,
    file: entryOf('vectors', file, path, name),
    ...(id === undefined ? {} : { id }),
    ...(vector === undefined ? {} : { vector }),
    ...(ids === undefined ? {} : { ids: resolve(folder, ids) }),
    ...(tensor === undefined ? {} : { tensor }),
  }))
}

/** A tokenizer by name, and its file. */
export interface TokenizerEntry {
  readonly name: string
  readonly path: string
}

/** The entries of `tokenizers`. */
export const tokenizersOf = (document: DataDocument, path: string): TokenizerEntry[] =>
  Object.entries(document.tokenizers ?? {}).map(([name, { file }]) => ({ name, path: resolve(dirname(path), file) }))

/** What the properties of an entry of `vectors` need: a table has columns, an array has rows. */
export const vectorsProblem = ({
  file,
  ids,
  tensor,
  id,
  vector,
}: VectorsEntry): { readonly property: 'ids' | 'tensor' | 'id' | 'vector'; readonly message: string } | undefined => {
  const extension = file.query ? 'a query' : extname(file.path)
  const isArray = file.format === 'npy' || file.format === 'safetensors'
  const misplaced = isArray
    ? (id !== undefined && ('id' as const)) || (vector !== undefined && ('vector' as const))
    : (ids !== undefined && ('ids' as const)) || (tensor !== undefined && ('tensor' as const))
  if (misplaced)
    return {
      property: misplaced,
      message: isArray
        ? `invalid property "${misplaced}", ${extension} has no columns; its ids are in a file: "ids"`
        : `invalid property "${misplaced}", ${extension} is a table; its columns are "id" and "vector"`,
    }
  if (tensor !== undefined && file.format === 'npy')
    return { property: 'tensor', message: 'invalid property "tensor", .npy has one array without a name' }
  return undefined
}
