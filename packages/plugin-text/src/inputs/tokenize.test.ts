import { expect, test } from 'vitest'
import { tokenize } from './tokenize.js'

test('words are runs of letters and digits in lower case', () => {
  expect(tokenize('  Bohemian Rhapsody (Remastered 2011) ')).toEqual(['bohemian', 'rhapsody', 'remastered', '2011'])
  expect(tokenize("Don't-stop/me_now")).toEqual(['don', 't', 'stop', 'me', 'now'])
  expect(tokenize('—!? …')).toEqual([])
  expect(tokenize('')).toEqual([])
})

test('compatible characters make the same word (NFKC)', () => {
  expect(tokenize('ＦＵＬＬ ﬁre')).toEqual(['full', 'fire'])
  expect(tokenize('Cafe\u0301')).toEqual(tokenize('Café'))
})

test('words keep the combining marks of their script', () => {
  expect(tokenize('Ночь, улица')).toEqual(['ночь', 'улица'])
  expect(tokenize('हिन्दी गीत')).toEqual(['हिन्दी', 'गीत'])
  expect(tokenize('東京 1991')).toEqual(['東京', '1991'])
})
