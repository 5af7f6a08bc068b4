import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Dataset, Plugin } from '@recspec/core'
import { initialize, type LoweredProgram, type Model } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { autoencoder } from '@recspec/plugin-autoencoder'
import { imf } from '@recspec/plugin-imf'
import { ncf } from '@recspec/plugin-ncf'
import { text } from '@recspec/plugin-text'
import { fit, numbersOf, type Opened } from '../../../core/test/world.js'
import { kerasFolder } from '../../src/keras/index.js'
import { readPlain } from '../../src/keras/safetensors.js'

/** The Python that has Keras: tests of programs are skipped without one. */
export const python = process.env['RECSPEC_PYTHON']

/** A document and data, and how it is trained on both sides. */
export interface Case {
  readonly name: string
  readonly document: Readonly<Record<string, unknown>>
  readonly data: Dataset
  /** Phases to train, from 0; default: the first. */
  readonly phases?: readonly number[]
  readonly plugins?: readonly Plugin[]
}

/** Both sides of a case. */
export interface Answer {
  readonly scores: { readonly expected: ArrayLike<number>; readonly found: ArrayLike<number> }
  readonly predictions: { readonly expected: ArrayLike<number>; readonly found: ArrayLike<number> }
  /** By name: trained by recspec, by Keras, and as they were. */
  readonly weights: ReadonlyMap<string, readonly [expected: Float32Array, found: Float32Array, before: Float32Array]>
}

export const official: readonly Plugin[] = [autoencoder, imf, ncf, text]

/** The graph of a document. */
export const graphOf = ({ document, plugins = [] }: Pick<Case, 'document' | 'plugins'>) =>
  compile({ name: 'test.json', text: JSON.stringify({ recspec: 1, name: 'test', ...document }) }, [
    ...official,
    ...plugins,
  ])

/** Exports every case, trains it on both sides in one process of Python, and gives both answers. */
export const answersOf = async (
  cases: readonly Case[],
  kernels: Opened,
): Promise<ReadonlyMap<string, Answer | Error>> => {
  const root = mkdtempSync(join(tmpdir(), 'recspec-keras-'))
  try {
    const expected = new Map<string, Omit<Answer, 'weights'> & { weights: Map<string, [Float32Array, Float32Array]> }>()
    const answers = new Map<string, Answer | Error>()
    for (const one of cases) {
      try {
        expected.set(one.name, await prepare(one, join(root, one.name), kernels))
      } catch (error) {
        answers.set(one.name, error as Error)
      }
    }
    const folders = [...expected.keys()].map((name) => join(root, name))
    await promisify(execFile)(python!, [join(import.meta.dirname, 'drive.py'), ...folders], {
      env: {
        ...process.env,
        KERAS_BACKEND: process.env['KERAS_BACKEND'] ?? 'jax',
        JAX_PLATFORMS: 'cpu',
        JAX_DISABLE_MOST_OPTIMIZATIONS: '1',
      },
      maxBuffer: 2 ** 28,
    })
    for (const [name, { scores, predictions, weights }] of expected) {
      const found = JSON.parse(readFileSync(join(root, name, 'answer.json'), 'utf8')) as {
        error?: string
        scores: number[]
        predictions: number[]
      }
      if (found.error !== undefined) {
        answers.set(name, new Error(found.error))
        continue
      }
      const trained = weights.size === 0 ? undefined : readPlain(readFileSync(join(root, name, 'trained.safetensors')))
      answers.set(name, {
        scores: { ...scores, found: found.scores },
        predictions: { ...predictions, found: found.predictions },
        weights: new Map(
          [...weights].map(([key, [after, before]]) => {
            const { data } = (trained!.tensors.get(`table/${key}`) ?? trained!.tensors.get(`weight/${key}`))!
            return [key, [after, data as Float32Array, before] as const]
          }),
        ),
      })
    }
    return answers
  } finally {
    if (process.env['RECSPEC_KEEP'] === undefined) rmSync(root, { recursive: true })
    else console.log(root)
  }
}

const prepare = async (one: Case, folder: string, kernels: Opened) => {
  const graph = graphOf(one)
  const model = initialize(graph, one.data, { kernels, seed: 3 })
  const { files } = await kerasFolder(model, { trained: false })
  mkdirSync(folder)
  for (const [name, content] of files) writeFileSync(join(folder, name), content)
  const { users, items, events } = pairsOf(model)
  const phases = one.phases ?? [0]
  writeFileSync(
    join(folder, 'case.json'),
    JSON.stringify({ users: [...users], items: [...items], phases, ...(events ? { events: [...users.keys()] } : {}) }),
  )
  const [program] = model.programs as [LoweredProgram]
  const [head] = [graph.ranking ?? [...graph.heads.values()][0]!]
  const node = predictingNode(model) ?? head!.inputs[0]!
  const scores = program.scores(node, users, items, events)
  const predictions = model.predict(users, items, events)
  const before = numbersOf(program)
  for (const phase of phases) await fit(program, { seed: 3 }, phase)
  const after = numbersOf(program)
  // for whoever looks at a difference
  if (process.env['RECSPEC_KEEP'] !== undefined)
    writeFileSync(
      join(folder, 'expected.json'),
      JSON.stringify({
        scores: [...scores],
        predictions: [...predictions],
        weights: Object.fromEntries([...after].map(([name, values]) => [name, [...values]])),
      }),
    )
  return {
    scores: { expected: scores, found: [] },
    predictions: { expected: predictions, found: [] },
    weights: new Map(
      (phases.length === 0 ? [] : [...after]).map(([name, values]) => [
        name,
        [values, before.get(name)!] as [Float32Array, Float32Array],
      ]),
    ),
  }
}

const predictingNode = ({ graph }: Model): string | undefined => {
  const targeted = [...graph.heads.values()].find(({ target }) => target)
  return (graph.ranking?.target ? graph.ranking : (targeted ?? graph.ranking))?.inputs[0]
}

/** Pairs of users and items, with unknown ones; where inputs read events, the training events. */
const pairsOf = ({ graph, programs }: Model) => {
  const [program] = programs as [LoweredProgram]
  const { events, users, items } = program.dataset
  const readsEvents = [...graph.inputs.values()].some(({ entity }) => entity === 'event')
  if (readsEvents) return { users: events.user, items: events.item, events }
  const all = Array.from({ length: (users.ids.count + 1) * (items.ids.count + 1) }, (_, pair) => pair)
  const width = items.ids.count + 1
  return {
    users: Int32Array.from(all, (pair) => Math.floor(pair / width) - 1),
    items: Int32Array.from(all, (pair) => (pair % width) - 1),
    events: undefined,
  }
}
