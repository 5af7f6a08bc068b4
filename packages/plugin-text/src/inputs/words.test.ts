import { expect, test } from 'vitest'
import { charactersOf, wordsOf } from './words.js'

test('words are runs of letters and digits in lower case', () => {
  expect(wordsOf('  Bohemian Rhapsody (Remastered 2011) ')).toEqual(['bohemian', 'rhapsody', 'remastered', '2011'])
  expect(wordsOf("Don't-stop/me_now")).toEqual(['don', 't', 'stop', 'me', 'now'])
  expect(wordsOf('—!? …')).toEqual([])
  expect(wordsOf('')).toEqual([])
})

test('compatible characters make the same word (NFKC)', () => {
  expect(wordsOf('ＦＵＬＬ ﬁre')).toEqual(['full', 'fire'])
  expect(wordsOf('Cafe\u0301')).toEqual(wordsOf('Café'))
})

test('words keep the combining marks of their script', () => {
  expect(wordsOf('Ночь, улица')).toEqual(['ночь', 'улица'])
  expect(wordsOf('हिन्दी गीत')).toEqual(['हिन्दी', 'गीत'])
  expect(wordsOf('東京 1991')).toEqual(['東京', '1991'])
})

test('characters are those of words, with a space between words', () => {
  expect(charactersOf(' Ab, c!')).toEqual(['a', 'b', ' ', 'c'])
  expect(charactersOf('𝄞𠮷')).toEqual(['𠮷'])
})
