import { expect, test } from 'vitest'
import { split } from './split.js'

test('words are runs of letters and digits in lower case', () => {
  expect(split('  Bohemian Rhapsody (Remastered 2011) ')).toEqual(['bohemian', 'rhapsody', 'remastered', '2011'])
  expect(split("Don't-stop/me_now")).toEqual(['don', 't', 'stop', 'me', 'now'])
  expect(split('—!? …')).toEqual([])
  expect(split('')).toEqual([])
})

test('forms that look alike are one word', () => {
  expect(split('ＦＵＬＬ ﬁre')).toEqual(['full', 'fire'])
  expect(split('Cafe\u0301')).toEqual(split('Café'))
})

test('scripts other than Latin keep their marks', () => {
  expect(split('Ночь, улица')).toEqual(['ночь', 'улица'])
  expect(split('हिन्दी गीत')).toEqual(['हिन्दी', 'गीत'])
  expect(split('東京 1991')).toEqual(['東京', '1991'])
})
