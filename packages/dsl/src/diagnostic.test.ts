import { expect, test } from 'vitest'
import { locate, print } from './diagnostic.js'

const mistake = { code: 'code', message: 'message' }
const printed = (text: string, path: readonly string[], more = {}) =>
  locate([{ ...mistake, ...more, path }], { name: 'x.json', text })
    .diagnostics.map(print)[0]!
    .split('\n')

test('the carets stand under the value, or under its name', () => {
  const text = '{\n  "a": { "bb": 123 }\n}'
  expect(printed(text, ['a', 'bb'])).toEqual([
    '/a/bb: message',
    '  --> x.json:2:16',
    '   |',
    ' 2 |   "a": { "bb": 123 }',
    '   |                ^^^',
  ])
  expect(printed(text, ['a', 'bb'], { key: true }).at(-1)).toBe('   |          ^^^^')
})

test('a value over several lines is shown by its name', () => {
  expect(printed('{ "a":\n  [1,\n 2] }', ['a'])[3]).toBe(' 1 | { "a":')
})

test('lines end in any way', () => {
  expect(printed('{\r\n"a": 1,\r"b": 2\n}', ['b'])[1]).toBe('  --> x.json:3:6')
})

test('of a long line the part around the carets is shown', () => {
  const text = `{ "a": "${'x'.repeat(300)}", "b": 1, "c": "${'y'.repeat(300)}" }`
  const [, , , line, carets] = printed(text, ['b'])
  expect(line!.length).toBeLessThan(130)
  expect(line![carets!.indexOf('^')]).toBe('1')
})

test('carets stand right on a line with tabs', () => {
  const [, , , line, carets] = printed('{\n\t\t"a": 1 }', ['a'])
  expect(line![carets!.indexOf('^')]).toBe('1')
})

test('nothing printed can command a terminal', () => {
  const text = '{ "\u001b[2Ja": 1 }'
  const { diagnostics: found } = locate(
    [{ code: 'c', message: 'unknown "\u001b[31m"', hint: '\u0007', path: ['\u001b[2Ja'] }],
    {
      name: '\u001b.json',
      text,
    },
  )
  expect([...print(found[0]!)].filter((sign) => sign !== '\n' && /\p{Cc}/u.test(sign))).toEqual([])
})

test('diagnostics come in the order of the text', () => {
  const findings = [
    { ...mistake, path: ['b'] },
    { ...mistake, path: ['a'] },
  ]
  expect(locate(findings, { name: 'x', text: '{ "a": 1, "b": 2 }' }).diagnostics.map(({ pointer }) => pointer)).toEqual(
    ['/a', '/b'],
  )
})
