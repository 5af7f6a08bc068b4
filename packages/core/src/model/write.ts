import { type ArtifactTensor, write, writeColumn, writeIds, writeTexts } from '../artifact/index.js'
import type { Entities, Events } from '../dataset/dataset.js'
import type { Graph } from '../graph/graph.js'
import type { LoweredProgram } from '../program/lowered.js'
import type { Evaluation, RunState } from './model.js'
import type { PosteriorDraw } from './posterior.js'

/** What a model is besides its program. */
export interface ModelState {
  readonly seed: number
  readonly evaluation?: Evaluation
  /** Rows that validated while training: not learned from, but known to the user all the same. */
  readonly validation?: Events
  /** Draws of the posterior, whose scores are averaged; absent where the weights are one. */
  readonly samples?: readonly PosteriorDraw[]
  /** Where the run was stopped, if it was. */
  readonly checkpoint?: RunState
}

const flat = (data: ArtifactTensor['data'], ...shape: number[]): ArtifactTensor => ({
  data,
  shape: shape.length > 0 ? shape : [data.length],
})

/** A model as the bytes of one file: whatever answering, evaluating and reading on need, and nothing else. */
export const writeModel = (
  program: LoweredProgram,
  { seed, evaluation, validation, samples = [], checkpoint }: ModelState,
): Promise<Uint8Array> => {
  const { graph, dataset, tables, weights, inputs } = program
  const tensors = new Map<string, ArtifactTensor>()
  for (const [name, { values, height, spec }] of tables) tensors.set(`table/${name}`, flat(values, height, spec.dim))
  for (const [name, values] of weights) tensors.set(`weight/${name}`, flat(values))
  for (const { node, state, encoded } of inputs.values()) {
    const all = [...writeTexts(`input/${node.name}.state`, 1, () => JSON.stringify(state ?? null))]
    for (const part of parts) if (encoded?.[part]) all.push([`input/${node.name}.${part}`, flat(encoded[part])])
    for (const [name, tensor] of all) tensors.set(name, tensor)
  }
  for (const side of sides) for (const [name, tensor] of entityTensors(side, dataset[side])) tensors.set(name, tensor)
  const columns = storedColumns(graph)
  for (const [name, tensor] of eventTensors('events', dataset.events, columns)) tensors.set(name, tensor)
  if (validation) for (const [name, tensor] of eventTensors('aside', validation, columns)) tensors.set(name, tensor)
  for (const [name, values] of Object.entries(checkpoint?.state.arrays ?? {}))
    tensors.set(`checkpoint/${name}`, flat(values))
  samples.forEach((sample, k) => {
    for (const [name, values] of sample.weights) {
      const dim = tables.get(name)?.spec.dim
      tensors.set(`sample/${k}/${name}`, dim === undefined ? flat(values) : flat(values, values.length / dim, dim))
    }
  })
  return write(tensors, {
    document: JSON.stringify(graph.document),
    seed: String(seed),
    ...(evaluation ? { evaluation: JSON.stringify(evaluation) } : {}),
    ...(samples.length > 0 ? { samples: JSON.stringify(samples.map(({ deviation }) => deviation ?? null)) } : {}),
    ...(checkpoint
      ? {
          checkpoint: JSON.stringify({
            phase: checkpoint.phase,
            step: checkpoint.step,
            data: checkpoint.data,
            outcomes: checkpoint.outcomes,
            numbers: checkpoint.state.numbers,
          }),
        }
      : {}),
  })
}

/** The two tables of entities, as tensors are named after them. */
export const sides = ['users', 'items'] as const
/** What an encoded input consists of. */
export const parts = ['start', 'rows', 'weights', 'numbers'] as const

function* entityTensors(side: (typeof sides)[number], { ids, columns, nameColumn }: Entities) {
  yield* writeIds(`${side}.ids`, ids)
  const names = nameColumn === undefined ? undefined : columns.get(nameColumn)
  if (names) yield* writeColumn(`${side}.name`, names)
}

/** Columns of events that are read after training: the values of histories, and targets, which the baseline is made of. */
export const storedColumns = (graph: Graph): readonly string[] => {
  const read = [...graph.inputs.values()].flatMap(({ definition, params }) => definition.window?.(params).column ?? [])
  const targets = [...graph.heads.values()].flatMap(({ target }) => target?.column ?? [])
  return [...new Set([...read, ...targets])]
}

/** Events that were learned from, and those that validated. */
export type Kind = 'events' | 'aside'

function* eventTensors(
  kind: Kind,
  { user, item, time, columns }: Events,
  names: readonly string[],
): Iterable<[string, ArtifactTensor]> {
  yield [`${kind}.user`, flat(user)]
  yield [`${kind}.item`, flat(item)]
  if (time) yield [`${kind}.time`, flat(time)]
  for (const name of names) yield* writeColumn(`${kind}/${name}`, columns.get(name)!)
}
