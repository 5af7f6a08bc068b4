import type { Kernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import {
  ArtifactError,
  type ArtifactTensor,
  read,
  readColumn,
  readIds,
  readTexts,
  type Tensors,
} from '../artifact/index.js'
import { useBackend } from '../backend/backend.js'
import type { MatrixArrays } from '../contract/matrix.js'
import type { Column } from '../dataset/column.js'
import type { Dataset, Entities, Events } from '../dataset/dataset.js'
import type { Graph, InputNode } from '../graph/graph.js'
import { type EncodedInput, type LearnedInput, sizeOf, withHeights } from '../program/encode.js'
import { lower } from '../program/lower.js'
import type { RestoredWeights } from '../program/restored.js'
import { createModel } from './create.js'
import { madeBy, versionNote } from './madeby.js'
import {
  readCompact,
  readDeviations,
  readDocument,
  readEvaluation,
  readMadeBy,
  readOperators,
  readRun,
  readSeed,
} from './metadata.js'
import type { Checkpoint, Model } from './model.js'
import { checkSamples, type PosteriorSample } from './posterior.js'
import type { StoredModel } from './stored.js'
import { describedColumns, type Kind, type sides, storedColumns } from './write.js'

/** A checkpoint read from a file, with the document and seed that it must be resumed with. */
export interface StoredCheckpoint extends Checkpoint {
  readonly document: unknown
  readonly seed: number
}

/**
 * Reads the checkpoint of an interrupted run from the bytes of its file: weights, solver state and position, for
 * `resume` of `train`. Undefined where the file is a finished model. Throws an `ArtifactError` where the file is
 * damaged.
 */
export const readCheckpoint = async (bytes: Uint8Array): Promise<StoredCheckpoint | undefined> => {
  const { tensors, metadata } = await read(bytes)
  const stored = readRun(metadata)
  if (stored === undefined) return undefined
  const { numbers, ...run } = stored
  const { values, shapes, matrices } = weightsOf(tensors)
  return {
    ...run,
    state: { numbers, arrays: Object.fromEntries(floats(tensors, 'checkpoint/')) },
    weights: values,
    ...(shapes ? { shapes } : {}),
    ...(matrices ? { matrices } : {}),
    ...samplesOf(tensors, metadata),
    document: readDocument(metadata),
    seed: readSeed(metadata),
  }
}

/** Posterior samples, where the file has any; the metadata has the deviation of each. */
const samplesOf = (
  tensors: Tensors,
  metadata: ReadonlyMap<string, string>,
): { readonly samples?: readonly PosteriorSample[] } => {
  const deviations = readDeviations(metadata)
  if (deviations === undefined) return {}
  return {
    samples: deviations.map((deviation, k) => ({
      weights: floats(tensors, `sample/${k}/`),
      ...(deviation === null ? {} : { deviation }),
    })),
  }
}

/** Tensors whose names begin with a prefix, by the rest of the name. */
const withPrefix = (tensors: Tensors, prefix: string): readonly (readonly [string, ArtifactTensor])[] =>
  [...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor])

const floats = (tensors: Tensors, prefix: string): ReadonlyMap<string, Float32Array> =>
  new Map(
    withPrefix(tensors, prefix).map(([name, { data }]) => [name, expectType(`${prefix}${name}`, data, Float32Array)]),
  )

/** The arrays of ops with a matrix; names of nodes may have a slash, short names have none. */
const matricesOf = (tensors: Tensors): ReadonlyMap<string, MatrixArrays> => {
  const found = new Map<string, Record<string, Float32Array | Int32Array>>()
  for (const [name, { data }] of withPrefix(tensors, 'matrix/')) {
    const slash = name.lastIndexOf('/')
    const [node, short] = [name.slice(0, slash), name.slice(slash + 1)]
    if (!(data instanceof Float32Array || data instanceof Int32Array))
      throw new ArtifactError('tensor', 'expected dtype F32 or I32', `matrix/${name}`)
    found.set(node, { ...found.get(node), [short]: data })
  }
  return found
}

const weightsOf = (tensors: Tensors): RestoredWeights => ({
  matrices: matricesOf(tensors),
  values: new Map([...floats(tensors, 'table/'), ...floats(tensors, 'weight/')]),
  shapes: new Map(
    [...withPrefix(tensors, 'table/'), ...withPrefix(tensors, 'weight/')].map(([name, { shape }]) => [name, shape]),
  ),
})

/** Options of `load`. */
export interface LoadOptions {
  /** From `openKernels`; the caller closes them after the model. */
  readonly kernels: Kernels
  /** Called with one line where the model was trained with another version of recspec or of a plugin. */
  note?(line: string): void
}

/**
 * Reads a model from the bytes of its file. `compile` turns the stored document into its graph, given the stored
 * declarations of operators that only training needs (`compileStored` of `@recspec/dsl` takes both). Throws an
 * `ArtifactError` where the file is damaged, or its weights are not those of the graph: none is ever initialized.
 */
export const load = async (
  bytes: Uint8Array,
  compile: (document: unknown, stored: StoredModel) => Graph,
  { kernels, note }: LoadOptions,
): Promise<Model> => {
  if (!tf.engine().backendName) await useBackend(undefined, kernels)
  const { tensors, metadata } = await read(bytes)
  const versions = readMadeBy(metadata)
  const graph = compile(readDocument(metadata), { ...readOperators(metadata), madeBy: versions })
  const line = versionNote(versions, madeBy(graph))
  if (line !== undefined) note?.(line)
  const seed = readSeed(metadata)
  const compact = readCompact(metadata)
  const described = describedColumns(graph)
  const users = entitiesOf('users', tensors, described)
  const items = entitiesOf('items', tensors, described)
  const counts = { user: users.ids.count, item: items.ids.count }
  const columns = storedColumns(graph)
  const dataset: Dataset = {
    users,
    items,
    events: compact ? noEvents : eventsOf('events', tensors, columns, counts),
    notes: [],
  }
  const learned = withHeights(
    new Map([...graph.inputs.values()].map((node) => [node.name, inputOf(node, tensors, counts)])),
  )
  const program = lower(graph, dataset, { kernels, seed, learned, restored: weightsOf(tensors), compact })
  const evaluation = readEvaluation(metadata)
  const stored = samplesOf(tensors, metadata)
  checkSamples(program, stored.samples ?? [])
  return createModel(program, {
    seed,
    madeBy: versions,
    compact,
    ...(evaluation === undefined ? {} : { evaluation }),
    ...stored,
    ...(tensors.has('validation.user') ? { validation: eventsOf('validation', tensors, columns, counts) } : {}),
  })
}

const noEvents: Events = { count: 0, user: new Int32Array(0), item: new Int32Array(0), columns: new Map() }

interface Counts {
  readonly user: number
  readonly item: number
}

const kinds = new Map<unknown, string>([
  [Float64Array, 'F64'],
  [Float32Array, 'F32'],
  [Int32Array, 'I32'],
])

/** The numbers of a tensor; throws where they are of another type. */
const expectType = <A extends ArtifactTensor['data']>(
  name: string,
  data: ArtifactTensor['data'] | undefined,
  type: abstract new (...args: never[]) => A,
): A => {
  if (!data) throw new ArtifactError('tensor', 'missing tensor', name)
  if (!(data instanceof type)) throw new ArtifactError('tensor', `expected dtype ${kinds.get(type)}`, name)
  return data
}

const expectLength = (name: string, { length }: { readonly length: number }, expected: number) => {
  if (length !== expected) throw new ArtifactError('tensor', `expected ${expected} values, got ${length}`, name)
}

/** Indices from `from` to `below` − 1; throws on others. */
const indicesOf = (tensors: Tensors, name: string, from: number, below: number): Int32Array => {
  const indices = expectType(name, tensors.get(name)?.data, Int32Array)
  const wrong = indices.find((index) => index < from || index >= below)
  if (wrong !== undefined)
    throw new ArtifactError('tensor', `expected indices from ${from} to ${below - 1}, got ${wrong}`, name)
  return indices
}

const columnOf = (name: string, tensors: Tensors, count: number): Column => {
  const column = readColumn(name, tensors)
  const length = column.kind === 'text' ? column.codes.length : column.values.length
  if (length !== count)
    throw new ArtifactError('tensor', `expected ${count} values, got ${length}`, `${name}.${column.kind}`)
  return column
}

/** The column of display names of a loaded model; no column of a document has an empty name. */
const NAME = ''

const entitiesOf = (side: (typeof sides)[number], tensors: Tensors, described: readonly string[]): Entities => {
  const ids = readIds(`${side}.ids`, tensors)
  const columns = new Map<string, Column>()
  const named = [...tensors.keys()].some((name) => name.startsWith(`${side}.name.`))
  if (named) columns.set(NAME, columnOf(`${side}.name`, tensors, ids.count))
  for (const name of described)
    if (tensors.has(`${side}/${name}.codes`) || tensors.has(`${side}/${name}.values`))
      columns.set(name, columnOf(`${side}/${name}`, tensors, ids.count))
  return { ids, columns, ...(named ? { nameColumn: NAME } : {}) }
}

const eventsOf = (kind: Kind, tensors: Tensors, names: readonly string[], counts: Counts): Events => {
  const user = indicesOf(tensors, `${kind}.user`, -1, counts.user)
  const item = indicesOf(tensors, `${kind}.item`, -1, counts.item)
  const count = user.length
  expectLength(`${kind}.item`, item, count)
  const stored = tensors.get(`${kind}.time`)?.data
  const time = stored && expectType(`${kind}.time`, stored, Float64Array)
  if (time) expectLength(`${kind}.time`, time, count)
  return {
    count,
    user,
    item,
    ...(time ? { time } : {}),
    columns: new Map(names.map((name) => [name, columnOf(`${kind}/${name}`, tensors, count)])),
  }
}

const inputOf = (node: InputNode, tensors: Tensors, counts: Counts): LearnedInput => {
  const state = stateOf(node, tensors)
  const height = heightOf(node, state)
  const { definition, entity, name } = node
  if (definition.reads === 'interactions' || entity === 'event') return { node, state, height }
  return { node, state, height, encoded: encodedOf(node, tensors, counts[entity], height, `input/${name}`) }
}

/** The encoded values of an input for `count` entities and the unknown one; throws on places or rows out of range. */
const encodedOf = (node: InputNode, tensors: Tensors, count: number, height: number, name: string): EncodedInput => {
  if (node.definition.gives === 'numbers') {
    const size = sizeOf(node)
    const numbers = expectType(`${name}.numbers`, tensors.get(`${name}.numbers`)?.data, Float32Array)
    expectLength(`${name}.numbers`, numbers, (count + 1) * size)
    return { numbers, size }
  }
  const rows = indicesOf(tensors, `${name}.rows`, 0, height)
  const start = indicesOf(tensors, `${name}.start`, 0, rows.length + 1)
  expectLength(`${name}.start`, start, count + 2)
  const ascending = start.every((place, entry) => place >= (start[entry - 1] ?? 0))
  if (!ascending || start[0] !== 0 || start.at(-1) !== rows.length)
    throw new ArtifactError('tensor', `expected ascending places from 0 to ${rows.length}`, `${name}.start`)
  const stored = tensors.get(`${name}.weights`)?.data
  if (!stored) return { start, rows, size: 0 }
  const weights = expectType(`${name}.weights`, stored, Float32Array)
  expectLength(`${name}.weights`, weights, rows.length)
  return { start, rows, weights, size: 0 }
}

const stateOf = ({ name }: InputNode, tensors: Tensors): unknown => {
  const texts = readTexts(`input/${name}.state`, tensors)
  try {
    return JSON.parse(texts.at(0))
  } catch {
    throw new ArtifactError('input', `the state of input "${name}" is not JSON`)
  }
}

const heightOf = ({ name, type, definition, params }: InputNode, state: unknown): number => {
  let height: unknown
  try {
    height = definition.height?.(params, state) ?? 0
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ArtifactError('input', `the state of input "${name}" is invalid for "${type}": ${reason}`)
  }
  if (!Number.isSafeInteger(height) || (height as number) < 0)
    throw new ArtifactError('input', `the state of input "${name}" gives a table of ${height} rows`)
  return height as number
}
