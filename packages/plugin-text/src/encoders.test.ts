import { train, useBackend } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labeled } from '../test/datasets.js'
import { text } from './index.js'

let kernels: Awaited<ReturnType<typeof openKernels>>
beforeAll(async () => {
  kernels = await openKernels({ threads: 1 })
  await useBackend('wasm', kernels)
})
afterAll(() => kernels.close())

/** What comes first says the label: the same words in both labels, in another order. */
const ordered = labeled(
  Array.from({ length: 60 }, (_, k) => {
    const filler = 'x y z'.split(' ')[k % 3]!
    return k % 2 === 0 ? [`old ${filler} new`, 'yes'] : [`new ${filler} old`, 'no']
  }),
)

const classifier = (op: object, input: object = {}) => ({
  recspec: 1,
  name: 'classifier',
  inputs: { review: { type: 'text/tokens', entity: 'event', maxLength: 6, ...input } },
  ops: {
    encoded: { inputs: ['review'], ...op },
    yes: { type: 'dense', inputs: ['encoded'], units: 1 },
  },
  heads: { label: { inputs: ['yes'], target: { column: 'label', positive: 'yes' }, loss: { type: 'bce' } } },
  solver: { type: 'adam', learningRate: 0.03, batchSize: 20, epochs: 30 },
})

const graphOf = (document: object) => compile({ name: 'text.json', text: JSON.stringify(document) }, [text])

const encoders = [
  { type: 'text/lstm', dim: 8, units: 8 },
  { type: 'text/gru', dim: 8, units: 8 },
  { type: 'text/cnn', dim: 8, filters: 8, widths: [2, 3] },
  { type: 'text/attention', dim: 8, heads: 2 },
  { type: 'text/bag', dim: 8 },
]

const scoresOf = async (document: object) => {
  const { model } = await train(graphOf(document), ordered, { kernels })
  const { user, item } = ordered.events
  return { model, scores: model.predict(user, item, ordered.events) }
}

const shareRight = (scores: Float32Array) =>
  Array.from(scores).filter((score, k) => score > 0.5 === (k % 2 === 0)).length / scores.length

for (const op of encoders) {
  const ordering = op.type !== 'text/bag'
  test(`${op.type} trains and ${ordering ? 'sees' : 'does not see'} the order of words; no words are zeros`, async () => {
    const { model, scores } = await scoresOf(classifier(op))
    if (ordering) expect(shareRight(scores)).toBe(1)
    else expect(shareRight(scores)).toBeLessThan(0.7)

    const predict = (...texts: (string | undefined)[]) => {
      const { user, item, ...events } = labeled(texts.map((text) => [text, 'yes'])).events
      return model.predict(user, item, { user, item, ...events })
    }
    // the score of zeros is that of the bias alone, whatever else the batch has
    const [some, ...none] = predict('old x new', 'nothing known here', undefined, '')
    expect(none.every(Number.isFinite)).toBe(true)
    expect([...none, ...predict(undefined), ...predict('unseen')]).toEqual(new Array(5).fill(none[0]))
    expect(some).not.toBe(none[0])
  })

  test(`${op.type} does not read padding`, async () => {
    const longer = (maxLength: number) => {
      const document = classifier(op, { maxLength })
      return scoresOf({ ...document, solver: { ...document.solver, epochs: 3 } })
    }
    const [short, long] = [await longer(3), await longer(9)]
    for (let k = 0; k < short.scores.length; k++) expect(long.scores[k]).toBeCloseTo(short.scores[k]!, 4)
  })
}

test('tf-idf weighs the words of a bag', async () => {
  const weighted = (weights: string) => scoresOf(classifier({ type: 'text/bag', dim: 4 }, { weights }))
  expect((await weighted('tf-idf')).scores).not.toEqual((await weighted('none')).scores)
})

test('bigrams let a bag see the order of words', async () => {
  expect(shareRight((await scoresOf(classifier({ type: 'text/bag', dim: 8 }, { ngrams: 2 }))).scores)).toBe(1)
})
