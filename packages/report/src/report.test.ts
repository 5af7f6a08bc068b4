import { expect, test } from 'vitest'
import type { ReportContent, ReportedModel } from './content.js'
import { reportPage } from './report.js'

const HOSTILE = `<img src=x onerror="fail()">'`

const model = (name: string): ReportedModel => ({
  name,
  document: { name },
  drawing: {
    name,
    boxes: [
      { id: 'a', lines: [HOSTILE], kind: 'input' },
      { id: 'b', lines: ['head'], kind: 'head' },
    ],
    arrows: [['a', 'b']],
  },
  evaluation: {
    ...{ protocol: 'ratio-0.1', rows: 10, unknown: { users: 0, items: 0 } },
    ...{ metrics: { rmse: 0.9, auc: Number.NaN }, baseline: { rmse: 1 } },
  },
  lower: new Set(['rmse']),
  baseline: 'item means',
  curves: [{ name: 'loss', points: [1, 2, 3].map((epoch) => ({ epoch, value: 1 / epoch, phase: '1: adam' })) }],
  maps: [
    {
      ...{ name: 'q', rows: 'items', width: 2, values: [0, 1, 1, 0, 2, 2] },
      ...{ names: [HOSTILE, 'b', 'c'], events: [3, 2, 1] },
    },
  ],
  facts: [['training', '1 s']],
  receipt: [['protocol', 'ratio-0.1']],
})

const content: ReportContent = {
  ...{ title: HOSTILE, command: 'recspec train', versions: 'recspec 0', models: [model('one')], baselines: [] },
  users: [
    {
      ...{ name: HOSTILE, events: 2, history: [HOSTILE] },
      lists: [{ model: 'one', items: [{ name: 'x', held: true, because: ['y'] }] }],
    },
  ],
  data: { facts: [['events', '3']], findings: [{ message: HOSTILE }] },
}

test('a page is one document that names every section in its contents', async () => {
  const page = await reportPage(content)
  const ids = [...page.matchAll(/<section id="([^"]+)"/g)].map((match) => match[1])
  expect(ids).toEqual(['quality', 'training', 'recommendations', 'model-1', 'data', 'receipts'])
  for (const id of ids) expect(page).toContain(`<a href="#${id}">`)
  expect(page.match(/<svg /g)).toHaveLength(4)
})

test('names are text, wherever they come from', async () => {
  const page = await reportPage(content)
  expect(page).not.toContain('<img')
  expect(page.match(/&lt;img/g)!.length).toBeGreaterThanOrEqual(6)
})

test('a page asks for nothing: it has no address but those of namespaces', async () => {
  const addresses = [...(await reportPage(content)).matchAll(/(https?:)?\/\/[\w.-]+\.\w+[^"'\s<]*/g)].map(
    ([found]) => found,
  )
  expect([...new Set(addresses)].sort()).toEqual(['http://www.w3.org/1999/xlink', 'http://www.w3.org/2000/svg'])
})

test('the same content gives the same bytes', async () => {
  expect(await reportPage(content)).toBe(await reportPage(content))
})
