import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CPU, IDS } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
})
afterAll(() => here.close())

const write = (name: string, content: unknown) =>
  writeFile(join(here.directory, name), typeof content === 'string' ? content : JSON.stringify(content))

const WORDS = ['good', 'bad', 'odd'] as const
const TONES = ['Positive', 'Negative', 'Neutral'] as const

/** Sentences with one telling word each, and their tones. */
const reviews = Array.from({ length: 60 }, (_, row) => `a ${WORDS[row % 3]} film number ${row % 7},${TONES[row % 3]}`)

const classifier = (target: object, units: number, loss: string) => ({
  name: 'reviews',
  inputs: { review: { type: 'text/tokens', entity: 'event', maxLength: 8 } },
  ops: {
    words: { type: 'text/bag', inputs: ['review'], dim: 6, combine: 'mean' },
    scores: { type: 'dense', inputs: ['words'], units },
  },
  heads: { tone: { inputs: ['scores'], target, loss: { type: loss } } },
  solver: { type: 'adam', learningRate: 0.1, batchSize: 16, epochs: 12 },
})

test('a classifier of three classes is trained, measured by class, and predicts a new sentence', async () => {
  await write('reviews.csv', ['review,tone', ...reviews].join('\n'))
  await write('data.json', { events: { file: 'reviews.csv' } })
  await write('tone.json', classifier({ column: 'tone', classes: TONES }, 3, 'crossentropy'))
  const trained = await here.run('train', 'tone.json', '--data', 'data.json', '--out', 'tone.safetensors', ...CPU)
  expect(trained.code, trained.err).toBe(0)
  const measured = await here.run('evaluate', 'tone.safetensors', '--data', 'data.json', '--json', ...CPU)
  const { metrics, classes } = measured.json<{
    metrics: Record<string, number>
    classes: { class: string; rows: number; precision: number; recall: number }[]
  }>()
  expect(metrics['accuracy']).toBe(1)
  expect(classes.map((one) => [one.class, one.rows, one.precision, one.recall])).toEqual(
    TONES.map((tone) => [tone, 20, 1, 1]),
  )
  const text = await here.run('evaluate', 'tone.safetensors', '--data', 'data.json', ...CPU)
  expect(text.out).toMatch(/class +rows +predicted +precision +recall +f1\n +Positive +20 +20 +1\.0000/)
  const one = await here.run(
    'predict',
    'tone.safetensors',
    '--with',
    '{"review":"what an odd story"}',
    '--json',
    ...CPU,
  )
  const prediction = one.json<{ class: string; classes: { class: string; probability: number }[] }>()
  expect(prediction.class).toBe('Neutral')
  expect(prediction.classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
  const shown = await here.run('predict', 'tone.safetensors', '--with', '{"review":"a bad one"}', ...CPU)
  expect(shown.out).toMatch(/^ {2}tone +probability\n {2}Negative +[01]\.\d{4}\n/)
  const misspelt = await here.run('predict', 'tone.safetensors', '--with', '{"reviw":"bad"}', ...CPU)
  expect([misspelt.code, misspelt.err]).toEqual([
    3,
    'unknown column "reviw" in --with: the model reads no such column\n  hint: did you mean "review"?\n',
  ])
}, 120_000)

test('a label predicts the probability of its positive value', async () => {
  await write('good.json', classifier({ column: 'tone', positive: 'Positive' }, 1, 'bce'))
  await here.run('train', 'good.json', '--data', 'data.json', '--out', 'good.safetensors', ...CPU)
  const one = await here.run('predict', 'good.safetensors', '--with', '{"review":"good"}', '--json', ...CPU)
  const { probability, ...rest } = one.json<{ probability: number }>()
  expect(rest).toEqual({ target: 'tone', class: 'Positive' })
  expect(probability).toBeGreaterThan(0.8)
  const none = await here.run('predict', 'good.safetensors', ...CPU)
  expect([none.code, none.err.split('\n')[0]]).toEqual([2, 'expected --user, --item or --with, or --pairs'])
}, 120_000)

test('ablations measure a model without each of its inputs', async () => {
  await here.run('sample', 'ratings', '--users', '40', '--items', '30', '--interactions', '500', '--out', 'ratings')
  await write('likes.json', {
    name: 'likes',
    inputs: IDS,
    embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
    heads: { likes: { inputs: ['score'], target: { column: 'rating', atLeast: 4 }, loss: { type: 'bpr' } } },
    solver: { type: 'adam', epochs: 5 },
    evaluation: { metrics: ['recall@5'] },
  })
  const data = ['--data', 'ratings/data.json', ...CPU]
  const trained = await here.run('train', 'likes.json', ...data, '--out', 'likes.safetensors')
  expect(trained.code, trained.err).toBe(0)
  const run = await here.run('evaluate', 'likes.safetensors', ...data, '--trained', '--ablate', '--json')
  expect(run.code, run.err).toBe(0)
  const { metrics, protocol, ablations } = run.json<{
    metrics: Record<string, number>
    protocol: string
    ablations: {
      input: string
      protocol: string
      metrics: Record<string, number>
      differences: Record<string, number>
    }[]
  }>()
  expect(ablations.map(({ input }) => input)).toEqual(['user', 'item'])
  expect(ablations[0]!.protocol).toBe(`${protocol}/without-user`)
  for (const one of ablations)
    expect(one.differences['recall@5']).toBeCloseTo(one.metrics['recall@5']! - metrics['recall@5']!, 12)
  const text = await here.run('evaluate', 'likes.safetensors', ...data, '--trained', '--ablate')
  expect(text.out).toMatch(/without +recall@5 +change\n +user +\d\.\d{4} +[+-]\d\.\d{4}\n/)
  expect(text.out).toContain('the model was not trained again')
}, 120_000)

test('check looks at the data of a model, and at data alone', async () => {
  const events = [
    'user,item,rating,copy',
    ...Array.from({ length: 40 }, (_, row) => `u${row % 8},i${row % 5},${row % 5},${row % 5}`),
  ]
  await write('events.csv', [...events, 'U1,i1,1,1'].join('\n'))
  await write('board.json', { events: { file: 'events.csv', user: 'user', item: 'item' } })
  await write('rates.json', {
    name: 'rates',
    inputs: { ...IDS, copy: { type: 'number', entity: 'event' } },
    embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } },
    ops: {
      all: { type: 'concat', inputs: ['p', 'q', 'copy'] },
      score: { type: 'dense', inputs: ['all'], units: 1 },
    },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'sgd' },
  })
  const run = await here.run('check', 'rates.json', '--data', 'board.json', '--json')
  expect(run.code, run.err).toBe(0)
  const { warnings, diagnostics } = run.json<{ warnings: { rule: string }[]; diagnostics: unknown[] }>()
  expect(diagnostics).toEqual([])
  expect(warnings.map(({ rule }) => rule)).toEqual(['leak', 'spelling'])
  const text = await here.run('check', 'rates.json', '--data', 'board.json')
  expect(text.out).toContain(
    'board.json: warning: event column "copy" alone predicts the target "rating" with R² 1.0000 on all events\n',
  )
  const alone = await here.run('check', 'board.json')
  expect(alone.code).toBe(0)
  expect(alone.out).toMatch(/^board\.json: ok\n {2}41 events with rating, copy\n {2}9 users\n {2}5 items\n/)
  expect(alone.out).toContain('1 user ids differ from others only in case or blanks, such as "u1" and "U1"')
}, 60_000)
