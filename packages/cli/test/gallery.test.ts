// UPDATE=1 rewrites examples/golden/ and examples/schema/.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Dataset,
  type Graph,
  load,
  type Model,
  type Phase,
  type Report,
  takeEvents,
  train,
  useBackend,
} from '@recspec/core'
import { dataSchema, readDataset, sampleRatings, sampleReviews, sampleSongs, sampleTopics } from '@recspec/data'
import { check, compile, compileDocument, type Override, print, schema } from '@recspec/dsl'
import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explainText } from '../src/index.js'
import { official } from '../src/project/plugins.js'

const gallery = new URL('../../../examples/', import.meta.url)
const names = readdirSync(gallery)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
const sourceOf = (name: string) =>
  Object.freeze({ name: `${name}.json`, text: readFileSync(new URL(`${name}.json`, gallery), 'utf8') })

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** Expects a text to equal a file of the gallery, or rewrites the file. */
const expectGolden = (path: string, text: string) => {
  const file = new URL(path, gallery)
  if (process.env['UPDATE']) {
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, text)
  }
  expect(text).toBe(readFileSync(file, 'utf8'))
}

// the schema is judged by the validator that dsl brings, and by its reader of comments
const require = createRequire(new URL('../../dsl/package.json', import.meta.url))
const { Ajv } = require('ajv') as {
  Ajv: new (options: object) => { compile(schema: object): (value: unknown) => boolean }
}
const { parse } = require('jsonc-parser') as { parse(text: string): Record<string, unknown> }
const accepts = new Ajv({ strict: false, ownProperties: true, logger: false }).compile(schema(official))

let folder = ''
let kernels: Kernels
const data: Record<string, Dataset> = {}

/** Songs of the sample, the first of them only, so that passes over all cells stay short. */
const fewSongs = (path: string, most: number) => {
  const { document } = sampleSongs({}, path)
  const rows = (file: string, keep: (cells: readonly string[]) => boolean) => {
    const [header, ...lines] = readFileSync(join(path, file), 'utf8').trimEnd().split('\n')
    const kept = lines.filter((line) => keep(line.split(',')))
    writeFileSync(join(path, file), `${[header, ...kept].join('\n')}\n`)
  }
  const among = (song: string | undefined) => Number(song!.slice(1)) <= most
  rows('songs.csv', ([song]) => among(song))
  rows('plays.csv', ([, song]) => among(song))
  return document
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recspec-gallery-'))
  await useBackend('wasm')
  kernels = await openKernels({ threads: 1 })
  const documents = {
    songs: fewSongs(join(folder, 'songs'), 200),
    ratings: sampleRatings({ users: 80, items: 60, interactions: 1600 }, join(folder, 'ratings')).document,
    reviews: sampleReviews({ reviews: 120 }, join(folder, 'reviews')).document,
    topics: sampleTopics({}, join(folder, 'topics')).document,
  }
  for (const [kind, document] of Object.entries(documents)) data[kind] = (await readDataset(document)).dataset
})
afterAll(async () => {
  await kernels.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The sample that has a target; all others are learned from ratings. */
const samples: Readonly<Record<string, string>> = { plays: 'songs', label: 'reviews', topic: 'topics' }

/** Which of the samples a document runs on, by the target it learns. */
const sampleFor = ({ heads }: Graph): Dataset => {
  const target = [...heads.values()].find(({ target }) => target)?.target?.column
  return data[samples[target ?? ''] ?? 'ratings']!
}

/** What the passes of a solver are called in its parameters, if it makes any. */
const passes = ({ params }: Phase) => ['epochs', 'iterations', 'samples'].find((name) => name in params)

/** Two passes for every phase that makes passes. */
const short = ({ document, phases }: Graph): Override[] => {
  const listed = Array.isArray((document as { solver: unknown }).solver)
  return phases.flatMap((phase, index) => {
    const name = passes(phase)
    return name ? [{ pointer: `/solver${listed ? `/${index}` : ''}/${name}`, value: 2 }] : []
  })
}

/** What a model says of a few rows, and to a few users where it ranks. */
const answers = async (model: Model, dataset: Dataset) => {
  const events = takeEvents(
    dataset.events,
    Int32Array.from({ length: 20 }, (_, row) => row),
  )
  return {
    predicted: [...model.predict(events.user, events.item, events)],
    recommended: model.graph.ranking ? await Promise.all([0, 7].map((user) => model.recommend(user, 5))) : [],
  }
}

test('the schema that the documents name is that of the official plugins', () => {
  expectGolden('schema/recspec.schema.json', pretty(schema(official)))
})

test('the schema of data documents is that of the reader', () => {
  expectGolden('schema/recspec.data.schema.json', pretty(dataSchema()))
})

test('the table in the README has a row for every document, and for nothing else', () => {
  const readme = readFileSync(new URL('README.md', gallery), 'utf8')
  const rows = [...readme.matchAll(/^\| \[([\w-]+)\]\(([\w-]+)\.json\)/gm)]
  expect(rows.map(([, name]) => name).sort()).toEqual([...names].sort())
  expect(rows.filter(([, name, file]) => name !== file)).toEqual([])
})

test('every golden file is of a document', () => {
  const files = readdirSync(new URL('golden/', gallery))
  expect(files.sort()).toEqual(names.flatMap((name) => [`${name}.normalized.json`, `${name}.txt`]).sort())
})

describe.each(names)('%s', (name) => {
  const source = sourceOf(name)
  const { graph, diagnostics } = check(source, official)
  const compiled = () => {
    expect(diagnostics.map(print)).toEqual([])
    return graph!
  }

  test('compiles without a diagnostic, is named as its file, and is not changed by it', () => {
    expect(compiled().name).toBe(name)
    expect(source).toEqual(sourceOf(name))
  })

  test('is what the schema accepts, as is its normalized form', () => {
    expect(accepts(parse(source.text))).toBe(true)
    expect(accepts(JSON.parse(pretty(compiled().document)))).toBe(true)
  })

  test('an unknown property at any place is refused by the schema and by validate', () => {
    const places = (value: unknown): string[] =>
      typeof value === 'object' && value !== null
        ? [
            ...(Array.isArray(value) ? [] : ['']),
            ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((place) => `/${key}${place}`)),
          ]
        : []
    // sections, and the parameters of a search, have names of one's own
    const named = (place: string) => /^\/\w+$/.test(place) || place === '/search/parameters'
    for (const place of places(parse(source.text)).filter((place) => !named(place))) {
      const json = parse(source.text)
      const at = place.split('/').slice(1)
      const object = at.reduce((inner, key) => inner[key] as Record<string, unknown>, json)
      object['nobody'] = 1
      const codes = check({ name, text: JSON.stringify(json) }, official).diagnostics.map(({ code }) => code)
      expect([place, accepts(json), codes]).toEqual([place, false, ['unknown-property']])
    }
  })

  test('is explained by its golden text', () => {
    expectGolden(`golden/${name}.txt`, explainText(compiled()))
  })

  test('normalizes to its golden document, which normalizes to itself', () => {
    const text = pretty(compiled().document)
    expectGolden(`golden/${name}.normalized.json`, text)
    const again = check({ name, text }, official)
    expect(again.diagnostics.map(print)).toEqual([])
    expect(pretty(again.graph!.document)).toBe(text)
  })

  test('trains two epochs with a falling objective, and answers the same when saved and loaded', async () => {
    // the normalized form has every phase at an index of its own
    const once = compile({ name, text: source.text.replace(/"rounds": \d+/, '"rounds": 1') }, official)
    const brief = compile({ name, text: pretty(once.document) }, official, short(once))
    const dataset = sampleFor(brief)
    const reports: Report[] = []
    const { model, evaluation } = await train(brief, dataset, { kernels, onReport: (report) => reports.push(report) })
    for (const [index, phase] of brief.phases.entries()) {
      const losses = reports.filter((report) => report.phase === index).map(({ loss }) => loss)
      expect(losses.every(Number.isFinite)).toBe(true)
      // a sampler wanders, and some solvers are done at once
      if (phase.solver.kind !== 'minimises' || !passes(phase)) continue
      expect(losses).toHaveLength(2)
      expect(losses[1]).toBeLessThan(losses[0]!)
    }
    expect(Object.keys(evaluation?.metrics ?? {})).toEqual(brief.evaluation.metrics.map(({ text }) => text))
    expect(Object.values(evaluation?.metrics ?? {}).every(Number.isFinite)).toBe(true)

    const before = await answers(model, dataset)
    expect(before.predicted.every(Number.isFinite)).toBe(true)
    const loaded = await load(await model.save(), (document) => compileDocument(document, official), { kernels })
    expect(await answers(loaded, dataset)).toEqual(before)
  })
})
