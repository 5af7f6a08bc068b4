import { type Cell, type InputSource, idsOf } from '@recspec/core'
import { expect, test } from 'vitest'
import { tokens } from './tokens.js'
import type { Vocabulary } from './vocabulary.js'

const source = (training: readonly Cell[], all: readonly Cell[] = training): InputSource => ({
  entity: 'item',
  count: all.length,
  all,
  training,
})
const params = { maxLength: 3, vocabulary: 5000, minCount: 1 }
const learn = (training: readonly Cell[], change: object = {}, all?: readonly Cell[]) =>
  (tokens.learn({ ...params, ...change }, source(training, all)) as Vocabulary).tokens

test('the most frequent words come first, equally frequent ones by code unit', () => {
  expect(learn(['b a', 'c b', 'b c', 'd'])).toEqual(['b', 'c', 'a', 'd'])
  expect(learn(['zeta alpha', 'Mid'])).toEqual(['alpha', 'mid', 'zeta'])
})

test('words of training rows only are known', () => {
  expect(learn(['known'], {}, ['known', 'unseen title'])).toEqual(['known'])
})

test('`vocabulary` and `minCount` limit the known words', () => {
  expect(learn(['a a a', 'b b', 'c'], { vocabulary: 2 })).toEqual(['a', 'b'])
  expect(learn(['a a a', 'b b', 'c'], { minCount: 2 })).toEqual(['a', 'b'])
})

test('a missing cell has no words, a number is read as text', () => {
  expect(learn([undefined, 1999, 'in 1999'])).toEqual(['1999', 'in'])
  expect(tokens.encode(params, { tokens: ['1999'] }, 1999)).toEqual({ rows: [1] })
  expect(tokens.encode(params, { tokens: ['1999'] }, undefined)).toEqual({ rows: [] })
})

test('names of object members are words like others', () => {
  const words = learn(['__proto__ constructor toString'])
  expect(words).toEqual(['constructor', 'proto', 'tostring'])
  expect(tokens.encode(params, { tokens: words }, 'valueOf constructor')).toEqual({ rows: [1] })
})

test('a text becomes the rows of its first `maxLength` known words in order', () => {
  const state = { tokens: ['love', 'me', 'do'] }
  expect(tokens.shape(params)).toEqual([3])
  expect(tokens.height!(params, state)).toBe(4)
  expect(tokens.encode(params, state, 'Love, love me do!')).toEqual({ rows: [1, 1, 2] })
  expect(tokens.encode(params, state, 'please DO not leave me')).toEqual({ rows: [3, 2] })
  expect(tokens.encode(params, state, 'nothing known')).toEqual({ rows: [] })
})

test('the learned state survives JSON', () => {
  const state = tokens.learn(params, source(['one two', 'two']))
  expect(JSON.parse(JSON.stringify(state))).toEqual(state)
})

const encode = (change: object, training: readonly Cell[], text: Cell, from: Partial<InputSource> = {}) => {
  const all = { ...params, ...change }
  const state = JSON.parse(JSON.stringify(tokens.learn(all, { ...source(training), ...from }))) as Vocabulary
  const { rows, values } = tokens.encode(all, state, text)
  const height = tokens.height!(all, state)
  expect(rows!.length).toBeLessThanOrEqual(params.maxLength)
  for (const row of rows as number[]) expect(row > 0 && row < height).toBe(true)
  return { state, height, values, rows, known: Array.from(rows!, (row) => state.tokens[row - 1]) }
}

test('`truncate` says which end of a long text is cut off', () => {
  const text = 'a b c d e'
  expect(encode({}, [text], text).known).toEqual(['a', 'b', 'c'])
  expect(encode({ truncate: 'end' }, [text], text).known).toEqual(['a', 'b', 'c'])
  expect(encode({ truncate: 'start' }, [text], text).known).toEqual(['c', 'd', 'e'])
  expect(encode({ truncate: 'start' }, [text], 'b a').known).toEqual(['b', 'a'])
  // unknown words are left out before a text is cut
  expect(encode({ truncate: 'start' }, [text], 'a b x c y').known).toEqual(['a', 'b', 'c'])
})

test('unknown words are skipped, or share a row of their own', () => {
  const training = ['a a', 'b b', 'c']
  expect(encode({ minCount: 2 }, training, 'a x b')).toMatchObject({ rows: [1, 2], height: 3 })
  expect(encode({ minCount: 2, unknown: 'skip' }, training, 'a x b')).toMatchObject({ rows: [1, 2], height: 3 })
  expect(encode({ minCount: 2, unknown: 'row' }, training, 'a x b c')).toMatchObject({ rows: [1, 3, 2], height: 4 })
})

test('`ngrams` reads runs of words as tokens', () => {
  const { state, known } = encode({ ngrams: 2 }, ['not good', 'good'], 'Not good, good not')
  expect(state.tokens).toEqual(['good', 'not', 'not good'])
  expect(known).toEqual(['not', 'not good', 'good'])
  expect(encode({ ngrams: [2, 2] }, ['a b c'], 'x a b c').known).toEqual(['a b', 'b c'])
})

test('characters and runs of them are tokens', () => {
  expect(encode({ tokenizer: 'characters' }, ['Ab'], 'bA!').known).toEqual(['b', 'a'])
  expect(encode({ tokenizer: 'characters', ngrams: [3, 3] }, ['a bc'], 'a bc').known).toEqual(['a b', ' bc'])
})

test('`hash` gives every word one of so many rows, and learns no words', () => {
  const { state, height, rows } = encode({ hash: 10 }, ['some words'], 'never seen never')
  expect([state.tokens, height, rows![0]]).toEqual([[], 11, rows![2]])
  expect(encode({ hash: 10, unknown: 'row' }, [], 'x').height).toBe(12)
})

test('tf-idf: rare words weigh more, by the texts of training rows', () => {
  const { values, known } = encode({ weights: 'tf-idf', unknown: 'row' }, ['a a b', 'a', undefined], 'b a x')
  expect(known).toEqual(['b', 'a', undefined])
  expect(values).toEqual([Math.log(3 / 2) + 1, Math.log(3 / 3) + 1, Math.log(3) + 1])
  expect(encode({ weights: 'none' }, ['a'], 'a').values).toBeUndefined()
  expect(encode({ weights: 'tf-idf', hash: 7 }, ['a'], 'a').values).toEqual([1])
})

const pieces = {
  added_tokens: [{ id: 0, content: '[UNK]', special: true }],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: null,
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    vocab: { '[UNK]': 0, play: 1, '##ing': 2, '##ed': 3, stay: 4 },
  },
}

test('subwords of a tokenizer of the data: those of training rows are known, and the state is enough to encode', () => {
  const tokenizers = new Map([['pieces', pieces]])
  const { state, known } = encode({ tokenizer: 'pieces' }, ['Playing', 'played zzz'], 'staying played', { tokenizers })
  expect(state).toEqual({ tokens: ['play', '##ed', '##ing'], tokenizer: pieces })
  expect(known).toEqual(['##ing', 'play', '##ed'])
  const unknown = encode({ tokenizer: 'pieces', unknown: 'row' }, ['played'], 'zzz stay', { tokenizers })
  expect(unknown.rows).toEqual([unknown.height - 1, unknown.height - 1])
})

test('a tokenizer that the data does not have, or calls by the name of a built-in one, is refused', () => {
  const tokenizers = new Map([['words', pieces]])
  expect(() => encode({ tokenizer: 'bert' }, ['a'], 'a')).toThrow(
    'unknown tokenizer "bert", expected "words", "characters" or another of the data document',
  )
  expect(() => encode({}, ['a'], 'a', { tokenizers })).toThrow(
    'the data has a tokenizer "words", which is the name of a built-in one; rename it',
  )
})

test('parameters that contradict each other are refused', () => {
  expect(() => tokens.shape({ ...params, ngrams: [3, 2] })).toThrow('needs ngrams [from, to] in ascending order')
  expect(() => tokens.shape({ ...params, hash: 8, minCount: 2 })).toThrow('takes either "hash", or "vocabulary"')
  expect(() => tokens.shape({ ...params, hash: 8, vocabulary: 9 })).toThrow('takes either "hash", or "vocabulary"')
})

test('rows of known tokens have their labels, by which pretrained vectors are found', () => {
  const labels = (change: object, state: Vocabulary) => tokens.labels!({ ...params, ...change }, state, idsOf([]))
  expect(labels({}, { tokens: ['b', 'a'] })).toEqual([undefined, 'b', 'a'])
  expect(labels({ unknown: 'row' }, { tokens: ['b'] })).toEqual([undefined, 'b', undefined])
  expect(labels({ hash: 2 }, { tokens: [] })).toEqual([undefined, undefined, undefined])
})
