import { expect, test } from 'vitest'
import { highlighted } from './highlight.js'
import { printDocument } from './print.js'

const document = {
  name: '</script><b>&',
  inputs: { user: { type: 'id', entity: 'user' } },
  solver: { type: 'adam', rates: Array.from({ length: 40 }, (_, index) => index / 8), stop: null },
}

test('a printed document is the same document, its short entries in lines', () => {
  const text = printDocument(document)
  expect(JSON.parse(text)).toEqual(document)
  expect(text).toContain('"user": { "type": "id", "entity": "user" }')
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
})

test('highlighting escapes what a document says, and changes nothing else', () => {
  const { markup } = highlighted(document)
  expect(markup).not.toContain('</script>')
  expect(markup).toContain('<span class="k">&quot;name&quot;</span>')
  const read = markup.replace(/<\/?(pre|code|span)[^>]*>/g, '')
  const text = read.replace(
    /&(lt|gt|amp|quot|#39);/g,
    (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" })[name]!,
  )
  expect(JSON.parse(text)).toEqual(document)
})
