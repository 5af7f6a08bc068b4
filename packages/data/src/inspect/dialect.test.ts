import { expect, test } from 'vitest'
import { guessDialect, guessEncoding } from './dialect.js'

test.each([
  ['a,b\n1,2\n3,4', ',', ',', true],
  ['user;item;rating\n1;2;3,5\n2;3;4,5', ',', ';', true],
  ['1\t2\t5\n1\t3\t4', ',', '\t', false],
  ['1::Toy Story (1995)::Animation|Comedy\n2::Jumanji (1995)::Adventure', ',', '::', false],
  ['1|24|M|technician\n2|53|F|other', ',', '|', false],
  ['"a, b",x\n"c, d",y\n"e, f",x', ',', ',', false],
  ['ann,film\nbob,film\nann,book', ',', ',', false],
  ['ann,,x\nbob,film,y', ',', ',', false],
  ['one column\nof text', ',', ' ', true],
] as const)(
  '%j is cut by its own delimiter, and its first line is a header or not',
  (lines, usual, delimiter, header) => {
    expect(guessDialect(lines.split('\n'), usual)).toMatchObject({
      delimiter,
      header,
      why: expect.stringMatching(/first line/),
    })
  },
)

test('the usual delimiter is taken where several cut all lines alike', () => {
  expect(guessDialect(['a;b,c', '1;2,3'], ',').delimiter).toBe(',')
  expect(guessDialect(['a;b,c', '1;2,3'], ';').delimiter).toBe(';')
})

test('text that is not UTF-8 is Latin-1, and a character that is cut off is no reason', () => {
  expect(guessEncoding(Buffer.from('Amélie'))).toBe('utf-8')
  expect(guessEncoding(Buffer.from('Amélie', 'latin1'))).toBe('latin1')
  expect(guessEncoding(Buffer.from('Amé').subarray(0, 3))).toBe('utf-8')
  expect(guessEncoding(Buffer.from('\ufeffuser', 'utf16le'))).toBe('utf-16')
})
