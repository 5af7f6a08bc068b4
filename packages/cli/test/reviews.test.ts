import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Column, type Events, type Model, train, useBackend } from '@recspec/core'
import { readDataset, sampleReviews } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { text } from '@recspec/plugin-text'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { further, gallery, later } from './sentences.js'

let folder = ''
let kernels: Awaited<ReturnType<typeof openKernels>>
let model: Model
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recspec-reviews-'))
  kernels = await openKernels({ threads: 1 })
  await useBackend('wasm', kernels)
  const { dataset } = await readDataset(sampleReviews({}, folder).document)
  const name = 'review-classifier.json'
  const document = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8')
  model = (await train(compile({ name, text: document }, [text]), dataset, { kernels })).model
}, 600_000)
afterAll(() => {
  kernels.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Events of texts alone. */
const eventsOf = (reviews: readonly string[]): Events => {
  const column: Column = { kind: 'text', values: reviews, codes: Int32Array.from(reviews.keys()) }
  const nobody = new Int32Array(reviews.length).fill(-1)
  return { count: reviews.length, user: nobody, item: nobody, columns: new Map([['review', column]]) }
}

for (const [name, sentences] of Object.entries({ gallery, further, later }))
  test(`the review classifier is right about all sentences of ${name}`, () => {
    const wrong = Object.entries(sentences).flatMap(([label, texts]) => {
      const events = eventsOf(texts)
      const scores = model.predict(events.user, events.item, events)
      return texts.filter((_, k) => scores[k]! > 0.5 !== (label === 'Positive'))
    })
    expect(wrong).toEqual([])
  })
