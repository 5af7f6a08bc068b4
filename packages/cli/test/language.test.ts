// UPDATE=1 rewrites docs/language.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { official } from '../src/project/plugins.js'
import { languageText } from './language.js'

test('docs/language.md is generated from the operators', () => {
  const file = new URL('../../../docs/language.md', import.meta.url)
  const text = languageText(official)
  if (process.env['UPDATE']) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
})
