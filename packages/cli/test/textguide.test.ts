import { readFileSync } from 'node:fs'
import { compile } from '@recspec/dsl'
import { text } from '@recspec/plugin-text'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../../docs/text.md', import.meta.url), 'utf8')
const documents = [...page.matchAll(/```json\n([\s\S]*?)```/g)]
  .map(([, json]) => json!)
  .filter((json) => json.includes('"recspec"'))

test('the documents of the guide compile', () => {
  expect(documents.length).toBe(2)
  for (const document of documents) {
    const graph = compile({ name: 'guide.json', text: document }, [text])
    expect([...graph.heads.keys()]).toEqual(['liked'])
  }
})
