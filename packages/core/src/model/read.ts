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
import type { SolverState } from '../contract/solver.js'
import type { Column } from '../dataset/column.js'
import type { Dataset, Entities, Events } from '../dataset/dataset.js'
import type { Graph, InputNode } from '../graph/graph.js'
import type { EncodedInput, LearnedInput } from '../program/encode.js'
import { lower } from '../program/lower.js'
import { createModel } from './create.js'
import type { Checkpoint, Evaluation, Model, RunState } from './model.js'
import type { PosteriorDraw } from './posterior.js'
import { type Kind, parts, type sides, storedColumns } from './write.js'

/** A checkpoint read back, with what it must be continued with: the same document and seed. */
export interface StoredCheckpoint extends Checkpoint {
  readonly document: unknown
  readonly seed: number
}

/**
 * Reads the checkpoint of an interrupted run from the bytes of its file: weights, solver state and position, for `resume` of
 * `train`. Undefined where the file is a finished model. Throws an `ArtifactError` where the file is damaged.
 */
export const readCheckpoint = async (bytes: Uint8Array): Promise<StoredCheckpoint | undefined> => {
  const { tensors, metadata } = await read(bytes)
  const stored = metadata.get('checkpoint')
  if (stored === undefined) return undefined
  const { numbers, ...standing } = JSON.parse(stored) as Omit<RunState, 'state'> & Pick<SolverState, 'numbers'>
  return {
    ...standing,
    state: { numbers, arrays: Object.fromEntries(withPrefix(tensors, 'checkpoint/')) },
    weights: new Map([...withPrefix(tensors, 'table/'), ...withPrefix(tensors, 'weight/')]),
    ...drawsOf(tensors, metadata),
    document: JSON.parse(text(metadata, 'document')),
    seed: Number(text(metadata, 'seed')),
  }
}

/** Draws of the posterior, where the file has any; the metadata holds the deviation of each. */
const drawsOf = (
  tensors: Tensors,
  metadata: ReadonlyMap<string, string>,
): { readonly samples?: readonly PosteriorDraw[] } => {
  const stored = metadata.get('samples')
  if (stored === undefined) return {}
  const deviations = JSON.parse(stored) as readonly (number | null)[]
  return {
    samples: deviations.map((deviation, k) => ({
      weights: new Map(withPrefix(tensors, `sample/${k}/`)),
      ...(deviation === null ? {} : { deviation }),
    })),
  }
}

/** Float tensors whose names begin so, by the rest of the name. */
const withPrefix = (tensors: Tensors, prefix: string): readonly (readonly [string, Float32Array])[] =>
  [...tensors]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, { data }]) => [name.slice(prefix.length), data as Float32Array])

const text = (metadata: ReadonlyMap<string, string>, name: string): string => {
  const found = metadata.get(name)
  if (found === undefined) throw new ArtifactError('header', `missing metadata "${name}"`)
  return found
}

/** Reads a model back; `compile` turns the stored document into its graph. Throws ArtifactError when the file is not sound. */
export const load = async (
  bytes: Uint8Array,
  compile: (document: unknown) => Graph,
  { kernels }: { readonly kernels: Kernels },
): Promise<Model> => {
  if (!tf.engine().backendName) await useBackend()
  const { tensors, metadata } = await read(bytes)
  const graph = compile(JSON.parse(text(metadata, 'document')))
  const seed = Number(text(metadata, 'seed'))
  const dataset: Dataset = {
    users: entitiesOf('users', tensors),
    items: entitiesOf('items', tensors),
    events: eventsOf('events', tensors, storedColumns(graph)),
    notes: [],
  }
  const learned = new Map([...graph.inputs.values()].map((node) => [node.name, inputOf(node, tensors)]))
  const restored = new Map([...withPrefix(tensors, 'table/'), ...withPrefix(tensors, 'weight/')])
  const program = lower(graph, dataset, { kernels, seed, learned: learned, restored })
  const evaluation = metadata.get('evaluation')
  return createModel(program, {
    seed,
    ...(evaluation === undefined ? {} : { evaluation: JSON.parse(evaluation) as Evaluation }),
    ...drawsOf(tensors, metadata),
    ...(tensors.has('aside.user') ? { validation: eventsOf('aside', tensors, storedColumns(graph)) } : {}),
  })
}

const tensor = (tensors: Tensors, name: string): ArtifactTensor['data'] => {
  const found = tensors.get(name)
  if (!found) throw new ArtifactError('tensor', 'missing tensor', name)
  return found.data
}

const whole = (tensors: Tensors, name: string) => tensor(tensors, name) as Int32Array

const entitiesOf = (side: (typeof sides)[number], tensors: Tensors): Entities => {
  const ids = readIds(`${side}.ids`, tensors)
  const columns = new Map<string, Column>()
  const named = [...tensors.keys()].some((name) => name.startsWith(`${side}.name.`))
  if (named) columns.set('name', readColumn(`${side}.name`, tensors))
  return { ids, columns, ...(named ? { nameColumn: 'name' } : {}) }
}

const eventsOf = (kind: Kind, tensors: Tensors, names: readonly string[]): Events => {
  const user = whole(tensors, `${kind}.user`)
  const time = tensors.get(`${kind}.time`)?.data as Float64Array | undefined
  return {
    count: user.length,
    user,
    item: whole(tensors, `${kind}.item`),
    ...(time ? { time } : {}),
    columns: new Map(names.map((name) => [name, readColumn(`${kind}/${name}`, tensors)])),
  }
}

const inputOf = (node: InputNode, tensors: Tensors): LearnedInput => {
  const state = JSON.parse(readTexts(`input/${node.name}.state`, tensors).at(0)) as unknown
  const height = node.definition.height?.(node.params, state) ?? 0
  const found = parts.flatMap((part) => {
    const values = tensors.get(`input/${node.name}.${part}`)
    return values ? [[part, values.data] as const] : []
  })
  if (found.length === 0) return { node, state, height }
  const size =
    node.definition.gives === 'numbers' ? node.shape.reduce<number>((all, dim) => all * (dim as number), 1) : 0
  return { node, state, height, encoded: { ...Object.fromEntries(found), size } as EncodedInput }
}
