import { expect, test } from 'vitest'
import { subwordsOf } from './subwords.js'

/** A WordPiece tokenizer as BERT has it, with few words. */
const wordPiece = {
  version: '1.0',
  added_tokens: [
    { id: 0, content: '[UNK]', special: true },
    { id: 1, content: '[CLS]', special: true },
    { id: 2, content: '[SEP]', special: true },
  ],
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 2], cls: ['[CLS]', 1] },
  decoder: { type: 'WordPiece', prefix: '##' },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2, un: 3, '##friend': 4, '##ly': 5, friend: 6, '!': 7 },
  },
}

/** Byte pairs of characters, with two merges. */
const bytePairs = {
  version: '1.0',
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: null,
  decoder: null,
  model: { type: 'BPE', unk_token: null, vocab: { l: 0, o: 1, w: 2, lo: 3, low: 4 }, merges: ['l o', 'lo w'] },
}

test('words are split into the pieces that a WordPiece tokenizer knows', () => {
  expect(subwordsOf('bert', wordPiece)('Unfriendly friend!')).toEqual(['un', '##friend', '##ly', 'friend', '!'])
})

test('what a tokenizer does not know is an empty token; the ends of a text are not marked', () => {
  expect(subwordsOf('bert', wordPiece)('friend of friend')).toEqual(['friend', '', 'friend'])
  expect(subwordsOf('bert', wordPiece)('')).toEqual([])
})

test('byte pairs merge in their order', () => {
  expect(subwordsOf('pairs', bytePairs)('low lo wol')).toEqual(['low', 'lo', 'w', 'o', 'l'])
})

test('a file that describes no tokenizer is refused by name', () => {
  expect(() => subwordsOf('x', 'text')).toThrow('tokenizer "x" is no tokenizer.json: expected an object')
  expect(() => subwordsOf('x', { vocab: {} })).toThrow(/^tokenizer "x" cannot be read: /)
  expect(() => subwordsOf('x', { ...bytePairs, model: { type: 'Other' } })).toThrow(/^tokenizer "x" cannot be read: /)
})

test('contents are left as they were: they are what the artifact holds', () => {
  const before = JSON.stringify(wordPiece)
  subwordsOf('bert', wordPiece)('unfriendly')
  expect(JSON.stringify(wordPiece)).toBe(before)
})
