import { type InputNode, itemWeights, type LoweredProgram, numbers, rowSide, type SavedTensor } from '@recspec/core'
import { type KerasPhase, metItems, positivesOf } from './phases.js'

/** Adds an array where there is one; default shape: a list. */
type Add = (name: string, data: SavedTensor['data'] | undefined, shape?: readonly number[]) => void

const flat = (data: SavedTensor['data']): SavedTensor => ({ data, shape: [data.length] })

/** Inputs that some nodes read, with those that histories read along. */
export const readInputs = (program: LoweredProgram, names: Iterable<string>): readonly InputNode[] => {
  const found = new Map<string, InputNode>()
  for (const name of names) {
    const node = program.inputs.get(name)!.node
    for (const one of node.of ? [node, node.of] : [node]) found.set(one.name, one)
  }
  return [...found.values()]
}

/** Tables and weights by the names of weights.safetensors. */
export const weightTensors = (
  program: LoweredProgram,
  shapes: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, SavedTensor> =>
  new Map([
    ...[...program.tables].map(
      ([name, { values }]) => [`table/${name}`, { data: values, shape: shapes.get(name)! }] as const,
    ),
    ...[...program.weights].map(([name, data]) => [`weight/${name}`, { data, shape: shapes.get(name)! }] as const),
  ])

/** The arrays of data.safetensors: events, encoded inputs, targets, weights of items and penalties. */
export const dataTensors = (
  program: LoweredProgram,
  inputs: readonly InputNode[],
  phases: readonly KerasPhase[],
): ReadonlyMap<string, SavedTensor> => {
  const { dataset, graph } = program
  const { events } = dataset
  const tensors = new Map<string, SavedTensor>([
    ['events.user', flat(events.user)],
    ['events.item', flat(events.item)],
  ])
  const add: Add = (name, data, shape) => {
    if (data) tensors.set(name, shape ? { data, shape } : flat(data))
  }
  for (const node of inputs) addInput(program, node, add)
  const sides = new Set([
    ...inputs.flatMap(({ definition, entity }) =>
      definition.reads === 'interactions' ? [entity as 'user' | 'item'] : [],
    ),
    ...phases.flatMap(({ groups }) =>
      groups.flatMap(({ examples, group, sequences }) => {
        if (sequences) return ['user' as const]
        return examples.of === 'row' ? [rowSide(program.graph, group.heads[0]!)] : []
      }),
    ),
  ])
  for (const side of sides) {
    const { start, other, event } = program.history(side)
    add(`history.${side}.start`, start)
    add(`history.${side}.other`, other)
    add(`history.${side}.event`, event)
  }
  for (const { phase, groups } of phases)
    for (const task of groups) {
      const { examples, group } = task
      for (const head of group.heads) {
        add(`target.${head.name}`, program.target(head))
        for (const [short, values] of Object.entries(program.targets(head)))
          add(`targets.${head.name}.${short}`, values)
      }
      add(`positives.${task.task}`, positivesOf(program, task))
      if (examples.of === 'event' && examples.items === 'all') add('items.met', metItems(program))
      if (examples.negatives) {
        const weights = itemWeights(graph, examples.negatives, dataset)
        if (weights instanceof Float64Array) add(`sampler.${task.task}`, weights)
      }
      for (const { name, l2, nu } of graph.tables.values())
        if (l2 > 0 && phase.trains.has(name))
          add(`penalty.${task.task}.${name}`, penaltyOf(program.counts(name, phase.heads), l2, nu))
    }
  return tensors
}

const penaltyOf = (counts: Float64Array, l2: number, nu: number): Float32Array =>
  Float32Array.from(counts, (count) => (count === 0 ? 0 : l2 * count ** (nu - 1)))

const addInput = (program: LoweredProgram, node: InputNode, add: Add) => {
  const { events } = program.dataset
  if (node.definition.reads === 'interactions') {
    const { column, times } = node.definition.window!(node.params)
    if (column !== undefined) add(`input.${node.name}.values`, Float64Array.from(numbers(events.columns.get(column)!)))
    if (times) add('events.time', events.time)
    return
  }
  const encoded = program.inputs.get(node.name)!.encoded ?? program.bind(events).get(node.name)!
  for (const part of ['start', 'rows', 'weights'] as const) add(`input.${node.name}.${part}`, encoded[part])
  const { numbers: values, size } = encoded
  if (values) add(`input.${node.name}.numbers`, values, [values.length / size, size])
}
