import { mix } from '@recspec/kernels'
import type { Static } from 'typebox'
import { Type } from '../../contract/type.js'
import { text } from './cells.js'

/** Row of values that the vocabulary does not have. */
export const UNKNOWN = 0
/** Row of missing values. */
export const MISSING = 1
/** Row of the first known value. */
const FIRST = 2

/** Parameters of inputs with a row for each value: the values are learned, given, or hashed. */
export const vocabularyParams = {
  minCount: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 1_000_000_000,
    description:
      'values in fewer training rows share the row of unknown ones; with 1, the values of entity tables are known too',
  }),
  values: Type.Optional(
    Type.Array(Type.Union([Type.String({ minLength: 1 }), Type.Number()]), {
      minItems: 1,
      description: 'the known values, instead of those of the data',
    }),
  ),
  hash: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000_000,
      description: 'a number of rows that values are hashed to, instead of a row each',
    }),
  ),
}

const Params = Type.Object(vocabularyParams)
type VocabularyParams = Partial<Static<typeof Params>>

/** Known texts in a fixed order; text k has row k + 2. */
export interface Vocabulary {
  readonly values: readonly string[]
}

/** Throws where parameters contradict each other. */
export const checkVocabulary = ({ minCount = 1, values, hash }: VocabularyParams): void => {
  if (values !== undefined && hash !== undefined) throw new Error('takes "values" or "hash", got both')
  if (minCount > 1 && (values ?? hash) !== undefined)
    throw new Error(`"minCount" counts values of the data, but "${values ? 'values' : 'hash'}" reads none`)
  const texts = values?.map(String)
  const twice = texts?.find((value, place) => texts.indexOf(value) < place)
  if (twice !== undefined) throw new Error(`"values" has ${JSON.stringify(twice)} twice`)
}

/**
 * The known values, sorted by code unit, independent of the order of the data: those in at least `minCount` of the
 * `training` rows, or with `minCount` 1 those of `all` rows too; none where they are hashed. Each row is the texts in it.
 */
export const learnVocabulary = (
  { minCount = 1, values, hash }: VocabularyParams,
  training: Iterable<readonly string[]>,
  all: Iterable<readonly string[]>,
): Vocabulary => {
  if (values !== undefined) return { values: values.map(String) }
  if (hash !== undefined) return { values: [] }
  const counts = new Map<string, number>()
  for (const row of training) for (const value of row) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (minCount === 1) for (const row of all) for (const value of row) counts.set(value, 1)
  const known = [...counts].filter(([, count]) => count >= minCount).map(([value]) => value)
  return { values: known.sort() }
}

/** Rows of a table: unknown, missing, and one for each value or bucket. */
export const vocabularyHeight = ({ hash }: VocabularyParams, { values }: Vocabulary): number =>
  FIRST + (hash ?? values.length)

/** The text of each row; hashed rows have none. */
export const vocabularyLabels = (
  { hash }: VocabularyParams,
  { values }: Vocabulary,
): readonly (string | undefined)[] => [
  undefined,
  undefined,
  ...(hash === undefined ? values : new Array<undefined>(hash).fill(undefined)),
]

const indexes = new WeakMap<Vocabulary, ReadonlyMap<string, number>>()

/** The row of a text that is not missing. */
export const rowOf = ({ hash }: VocabularyParams, vocabulary: Vocabulary, value: string): number => {
  if (hash !== undefined) return FIRST + (hashOf(value) % hash)
  let index = indexes.get(vocabulary)
  if (!index) {
    index = new Map(vocabulary.values.map((known, place) => [known, place + FIRST]))
    indexes.set(vocabulary, index)
  }
  return index.get(value) ?? UNKNOWN
}

/** A hash of the code units of a text, the same on every machine. */
const hashOf = (value: string): number => {
  let hash = mix(0x243f6a88, value.length)
  for (let place = 0; place < value.length; place++) hash = mix(hash, value.charCodeAt(place))
  return hash
}

/** The rows of the texts that cells hold, where not missing. */
export function* textsIn<Value>(cells: Iterable<Value>, texts: (value: Value) => readonly string[]) {
  for (const cell of cells) yield texts(cell)
}

/** The text of a cell as a list: empty where it is missing. */
export const oneText = (cell: string | number | undefined): readonly string[] => {
  const found = text(cell)
  return found === undefined ? [] : [found]
}
