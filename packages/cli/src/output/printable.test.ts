import { expect, test } from 'vitest'
import type { Host } from '../host.js'
import { CLEAR_LINE, isPrintable, oneLine, printable, printableHost } from './printable.js'

test('control characters and bidirectional overrides are escaped, line ends stay', () => {
  expect(printable('a\u001b[31mb\u202ec\u2066\n\r\t\u0085é語')).toBe(
    'a\\u001b[31mb\\u202ec\\u2066\n\\u000d\\u0009\\u0085é語',
  )
  expect(oneLine('a\nb\u2028')).toBe('a\\nb\\u2028')
  expect([isPrintable('Zoë (1995)'), isPrintable('a\nb'), isPrintable('\u202e')]).toEqual([true, false, false])
})

test('escaped JSON reads as the same value', () => {
  const value = { name: '\u202e\u009b"\\\n' }
  expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value)
})

test('a host escapes both outputs, and lets the progress line clear itself once', () => {
  const written: string[] = []
  const host = printableHost({
    out: (text: string) => written.push(text),
    err: (text: string) => written.push(text),
  } as unknown as Host)
  host.out('\u001b[2J')
  host.err(`${CLEAR_LINE}epoch${CLEAR_LINE}`)
  expect(written).toEqual(['\\u001b[2J', `${CLEAR_LINE}epoch\\u000d\\u001b[2K`])
})
