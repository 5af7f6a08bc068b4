import { readFileSync, writeFileSync } from 'node:fs'
import { operatorTable } from '@recspec/testing'
import { expect, test } from 'vitest'
import { example } from './index.js'

test('README.md has the table of the operators (UPDATE=1 writes it)', () => {
  const path = new URL('../README.md', import.meta.url)
  const text = readFileSync(path, 'utf8')
  const [begin, end] = ['<!-- operators -->\n', '<!-- /operators -->']
  const from = text.indexOf(begin) + begin.length
  const current = text.slice(0, from) + operatorTable(example) + text.slice(text.indexOf(end, from))
  if (process.env['UPDATE']) writeFileSync(path, current)
  expect(readFileSync(path, 'utf8')).toBe(current)
})
