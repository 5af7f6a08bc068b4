import { type ArtifactTensor, madeByKey, write, writeColumn, writeIds, writeTexts } from '../artifact/index.js'
import { type Dataset, type Events, eventColumn } from '../dataset/dataset.js'
import type { Graph } from '../graph/graph.js'
import type { LoweredProgram } from '../program/lowered.js'
import { computedMatrices } from '../program/matrices.js'
import { weightShapes } from '../program/restored.js'
import { type MadeBy, madeBy } from './madeby.js'
import type { Evaluation, RunState, SaveOptions } from './model.js'
import type { PosteriorSample } from './posterior.js'
import { storedOperators } from './stored.js'

/** The state of a model in addition to its program. */
export interface ModelState {
  readonly seed: number
  readonly evaluation?: Evaluation
  /** Validation rows: not trained on, but their items are known to users. */
  readonly validation?: Events
  /** Posterior samples, whose scores are averaged; absent for a model with one set of weights. */
  readonly samples?: readonly PosteriorSample[]
  /** The state of an interrupted run. */
  readonly checkpoint?: RunState
  /** The versions that trained a model that was loaded; default: those in use. */
  readonly madeBy?: MadeBy
  /** The model was loaded without its training events. */
  readonly compact?: boolean
}

const flat = (data: ArtifactTensor['data'], ...shape: number[]): ArtifactTensor => ({
  data,
  shape: shape.length > 0 ? shape : [data.length],
})

/** A model as the bytes of one file: everything needed to serve, evaluate and resume, and nothing else. */
export const writeModel = (
  program: LoweredProgram,
  { seed, evaluation, validation, samples = [], checkpoint, ...state }: ModelState,
  options: SaveOptions = {},
): Promise<Uint8Array> => {
  const compact = options.compact || state.compact
  const { graph, dataset, tables, weights, inputs } = program
  const tensors = new Map<string, ArtifactTensor>()
  const shapes = weightShapes(graph, new Map([...tables].map(([name, { height }]) => [name, height])))
  for (const [name, { values, height, spec }] of tables) tensors.set(`table/${name}`, flat(values, height, spec.dim))
  for (const [name, data] of weights) tensors.set(`weight/${name}`, { data, shape: shapes.get(name)! })
  for (const [name, arrays] of computedMatrices(program))
    for (const [short, data] of Object.entries(arrays)) tensors.set(`matrix/${name}/${short}`, flat(data))
  for (const { node, state, encoded } of inputs.values()) {
    const all = [...writeTexts(`input/${node.name}.state`, 1, () => JSON.stringify(state ?? null))]
    for (const part of parts) if (encoded?.[part]) all.push([`input/${node.name}.${part}`, flat(encoded[part])])
    for (const [name, tensor] of all) tensors.set(name, tensor)
  }
  const described = describedColumns(graph)
  for (const side of sides)
    for (const [name, tensor] of entityTensors(side, dataset, described)) tensors.set(name, tensor)
  const columns = storedColumns(graph)
  const events = compact
    ? []
    : ([
        ['events', dataset.events],
        ['validation', validation],
      ] as const)
  for (const [kind, rows] of events)
    if (rows) for (const [name, tensor] of eventTensors(kind, rows, columns)) tensors.set(name, tensor)
  for (const [name, values] of Object.entries(checkpoint?.state.arrays ?? {}))
    tensors.set(`checkpoint/${name}`, flat(values))
  samples.forEach((sample, k) => {
    for (const [name, data] of sample.weights) tensors.set(`sample/${k}/${name}`, { data, shape: shapes.get(name)! })
  })
  return write(tensors, {
    document: JSON.stringify(graph.document),
    seed: String(seed),
    [madeByKey]: JSON.stringify(state.madeBy ?? madeBy(graph)),
    operators: JSON.stringify(storedOperators(graph)),
    ...(compact ? { compact: 'true' } : {}),
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

/** The prefixes of the tensors of users and items. */
export const sides = ['users', 'items'] as const
/** The arrays of an encoded input. */
export const parts = ['start', 'rows', 'weights', 'numbers'] as const

function* entityTensors(side: (typeof sides)[number], dataset: Dataset, described: readonly string[]) {
  const { ids, columns, nameColumn } = dataset[side]
  yield* writeIds(`${side}.ids`, ids)
  const names = nameColumn === undefined ? undefined : columns.get(nameColumn)
  if (names) yield* writeColumn(`${side}.name`, names)
  for (const name of described) {
    const column = eventColumn(dataset.events, name) ? undefined : columns.get(name)
    if (column) yield* writeColumn(`${side}/${name}`, column)
  }
}

/** Columns of users and items that inputs of events read after training, where the events have no such column. */
export const describedColumns = (graph: Graph): readonly string[] => [
  ...new Set([...graph.inputs.values()].flatMap(({ entity, columns }) => (entity === 'event' ? columns : []))),
]

/** Event columns that are read after training: by histories, and targets, which baselines need. */
export const storedColumns = (graph: Graph): readonly string[] => {
  const read = [...graph.inputs.values()].flatMap(({ definition, params, of }) => [
    ...[definition.window?.(params).column ?? []].flat(),
    ...(of?.entity === 'event' ? of.columns : []),
  ])
  const targets = [...graph.heads.values()].flatMap(({ target }) => target?.column ?? [])
  return [...new Set([...read, ...targets])]
}

/** Training events, and validation events. */
export type Kind = 'events' | 'validation'

function* eventTensors(kind: Kind, events: Events, names: readonly string[]): Iterable<[string, ArtifactTensor]> {
  const { user, item, time } = events
  yield [`${kind}.user`, flat(user)]
  yield [`${kind}.item`, flat(item)]
  if (time) yield [`${kind}.time`, flat(time)]
  for (const name of names) yield* writeColumn(`${kind}/${name}`, eventColumn(events, name)!)
}
