import {
  type EmbeddingNode,
  type Graph,
  inputUse,
  type KerasText,
  type LoweredProgram,
  type NumbersNode,
  type OpNode,
  opUse,
  predictingHead,
} from '@recspec/core'
import { pythonLiteral, pythonString } from '../python.js'
import { readInputs } from './arrays.js'
import { leftNotes } from './left.js'
import { pythonNames } from './names.js'
import {
  batchSizeOf,
  checkMatrices,
  densePenalties,
  groupSpec,
  hasSeveral,
  type KerasPhases,
  leafSpec,
  readsUserHistory,
  type TaskGroup,
} from './phases.js'
import { batches } from './python/batches.js'
import { layers, network } from './python/layers.js'
import { optimizer, scoring, training } from './python/programs.js'
import { scheduled } from './python/schedules.js'
import { required } from './required.js'
import { joinTexts, orderedTexts } from './texts.js'
import { type Attributes, type Method, methodOf, type Task } from './walk.js'

/** The text of the programs, and the inputs that they read. */
export interface Programs {
  readonly model: string
  readonly batches: string
  readonly score: string
  /** Absent where Keras trains no phase. */
  readonly train?: string
  readonly inputs: ReturnType<typeof readInputs>
}

/** Lines of a list, indented by `depth` levels of four spaces. */
const indented = (lines: readonly string[], depth: number): string =>
  lines.map((line) => `${'    '.repeat(depth)}${line}`).join('\n')

/** An entry on each line. */
const dictionary = (name: string, entries: readonly (readonly [string, string])[]): string =>
  entries.length === 0
    ? `${name} = {}`
    : `${name} = {\n${entries.map(([key, value]) => `    ${pythonString(key)}: ${value},`).join('\n')}\n}`

/** Writes the programs of a document that is bound to data. Throws a Failure where an operator is not in Keras. */
export const programsOf = (
  program: LoweredProgram,
  { trained, left }: KerasPhases,
  seed: number,
  isTrained: boolean,
): Programs => {
  const { graph } = program
  checkMatrices(graph)
  const attributes = attributesOf()
  const tasks = [...new Set(trained.flatMap(({ groups }) => groups))]
  const served = predictingHead(graph)
  const scoreTask: Task = {
    name: 'score',
    says: `The score of head "${served.name}" for pairs of users and items.`,
    pairs: { kind: 'Listed' },
    inTraining: new Set(),
    outputs: (flow) => [`"score": ${flow.pairs(served.inputs[0]!).name}.tensor`],
  }
  const methodFor = (task: Task) =>
    methodOf(
      graph,
      attributes,
      task,
      (node) => task.sequences !== undefined && readsUserHistory(graph, node),
      (node) => hasSeveral(program, node),
    )
  const score = methodFor(scoreTask)
  const methods = tasks.map((task) => ({ task, method: methodFor(trainingTask(graph, task)) }))
  const all = [score, ...methods.map(({ method }) => method)]
  const operators = textsOf(graph, all)
  const inputs = readInputs(
    program,
    all.flatMap(({ leaves }) => leaves.map(({ input }) => input)),
  )
  const encoders = inputs.flatMap((node) =>
    node.definition.reads === 'interactions'
      ? [[node.name, required(node.definition.keras, inputUse(graph.plugins, node), 'input')] as const]
      : [],
  )
  const weights = weightNames(graph, attributes, all)
  const constants = [
    `ITEMS = ${program.dataset.items.ids.count}`,
    '# what each task computes, the weights that each phase trains, and what its loss is made of',
    dictionary('TASKS', [
      ['score', '["score"]'],
      ...trained.map(
        ({ index, groups }) => [`phase${index + 1}`, pythonLiteral(groups.map(({ task }) => task))] as const,
      ),
    ]),
    dictionary('WEIGHTS', weights),
    dictionary(
      'TRAINS',
      trained.map(({ index, phase }) => [`phase${index + 1}`, trainsText(phase.trains, graph, weights)]),
    ),
    dictionary(
      'LOSSES',
      methods.map(({ task }) => [task.task, lossesText(task)]),
    ),
    dictionary(
      'LEAVES',
      methods.map(({ task, method }) => [task.task, leavesText(method, attributes)]),
    ),
    dictionary(
      'PENALTIES',
      trained.map((phase) => [`phase${phase.index + 1}`, pythonLiteral(densePenalties(graph, phase))]),
    ),
  ]
  const note = `"""${title(graph)}: the network and its losses in Keras 3, written by recspec export --to keras."""`
  const imports = importing(
    ['collections', 'functools', 'types'],
    ['keras', 'numpy as np', 'safetensors.numpy', 'ops of keras'],
  )
  const model = joinTexts([
    `${note}\n\n${imports}`,
    layers,
    ...orderedTexts(operators),
    constants.join('\n\n'),
    network,
    modelText(program, attributes, all),
  ])
  return {
    model,
    batches: batchesText(program, inputs, encoders, { trained, left }, score, methods, seed, isTrained),
    score: scoreText(graph, served),
    ...(trained.length > 0 ? { train: trainText(graph, { trained, left }) } : {}),
    inputs,
  }
}

/** Imports in groups; `ops of keras` is a name of a module. */
const importing = (...groups: readonly (readonly string[])[]): string =>
  groups
    .map((names) =>
      names
        .map((name) => name.replace(/^(\w+) of (\w+)$/, 'from $2 import $1'))
        .map(importLine)
        .join('\n'),
    )
    .join('\n\n')

const importLine = (line: string): string => (line.startsWith('from ') ? line : `import ${line}`)

const title = ({ name }: Graph): string => name.replace(/["\\]/g, "'")

const attributesOf = (): Attributes => {
  const named = pythonNames()
  return {
    table: (name) => named(`table_${name}`),
    op: (name) => named(`op_${name}`),
    steps: (name) => named(`op_${name} at each step`),
  }
}

const trainingTask = (graph: Graph, { task, group, pairs, isTable, sequences }: TaskGroup): Task => ({
  name: task,
  says: `Training of ${group.heads.map(({ name }) => `"${name}"`).join(', ')}.`,
  pairs,
  inTraining: group.trainingContext,
  ...(sequences ? { sequences } : {}),
  outputs: (flow) =>
    group.heads.map((head) => {
      const { definition, params } = head.loss
      const alone = definition.examples(params).items === 'none'
      const value = (name: string) => {
        if (alone) return `${flow.own(name).name}.tensor`
        const { shape } = graph.nodes.get(name)!
        const found = flow.pairs(name).name
        return isTable && shape.length === 1 && shape[0] === 1 ? `pairs.table(${found})` : `${found}.tensor`
      }
      const ports = Object.entries(definition.inputs).map(([port, kind]) => {
        const values = head.ports[port]!.map(value)
        return `"${port}": ${kind === 'many' ? `[${values.join(', ')}]` : values[0]}`
      })
      return `${pythonString(head.name)}: {${ports.join(', ')}}`
    }),
})

/** The texts of the operators that are used. */
const textsOf = (graph: Graph, methods: readonly Method[]): readonly KerasText[] => [
  ...methods.flatMap(({ ops }) => ops.map(({ node }) => required(node.definition.keras, opUse(graph, node), 'op'))),
  ...[...graph.heads.values()].flatMap(({ loss }) => loss.definition.keras ?? []),
]

const usedOps = (methods: readonly Method[]): readonly OpNode[] => [
  ...new Map(methods.flatMap(({ ops }) => ops.map(({ node }) => [node.name, node] as const))).values(),
]

/** The attribute and the name in it of every table and weight. */
const weightNames = (
  graph: Graph,
  attributes: Attributes,
  methods: readonly Method[],
): readonly (readonly [string, string])[] => [
  ...[...graph.tables.keys()].map((name) => [`table/${name}`, `("${attributes.table(name)}", "rows")`] as const),
  ...allOps(graph, methods).flatMap((node) =>
    Object.keys(node.weights).map(
      (short) => [`weight/${node.name}.${short}`, `("${attributes.op(node.name)}", "${short}")`] as const,
    ),
  ),
]

/** Ops that some method uses, and others with weights, so that no weight is lost. */
const allOps = (graph: Graph, methods: readonly Method[]): readonly OpNode[] => {
  const used = new Set(usedOps(methods).map(({ name }) => name))
  return [...graph.nodes.values()].filter(
    (node): node is OpNode => node.kind === 'op' && (used.has(node.name) || Object.keys(node.weights).length > 0),
  )
}

const trainsText = (
  trains: ReadonlySet<string>,
  graph: Graph,
  weights: readonly (readonly [string, string])[],
): string =>
  pythonLiteral(
    weights.map(([name]) => name).filter((name) => trains.has(name.slice(name.indexOf('/') + 1)) && isOf(graph, name)),
  )

/** A table and a weight may have one name after their kind. */
const isOf = ({ tables }: Graph, name: string): boolean =>
  name.startsWith('table/') === tables.has(name.slice(name.indexOf('/') + 1))

const lossesText = ({ group }: TaskGroup): string =>
  `{${group.heads
    .map(({ name, loss: { definition, params } }) => {
      const { negatives } = definition.examples(params)
      const given = negatives ? `, ${pythonLiteral(negatives)}` : ''
      return `${pythonString(name)}: ${definition.keras!.name}(${pythonLiteral(params)}${given})`
    })
    .join(', ')}}`

const leavesText = ({ leaves }: Method, attributes: Attributes): string =>
  pythonLiteral(
    Object.fromEntries(
      leaves.flatMap((node) => (node.kind === 'embedding' ? [[node.name, attributes.table(node.table)]] : [])),
    ),
  )

const pythonTuple = (sizes: readonly number[]): string => `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`

const modelText = (program: LoweredProgram, attributes: Attributes, methods: readonly Method[]): string => {
  const { graph } = program
  const tables = [...program.tables].map(
    ([name, { height, spec }]) =>
      `self.${attributes.table(name)} = Table(${pythonString(name)}, ${height}, ${spec.dim})`,
  )
  const ops = allOps(graph, methods).map((node) => {
    const shapes = Object.entries(node.weights).map(
      ([short, { shape, trainable }]) => `"${short}": (${pythonTuple(shape)}, ${pythonLiteral(trainable !== false)})`,
    )
    const own = shapes.length > 0 ? `, {${shapes.join(', ')}}` : ''
    const { name } = required(node.definition.keras, opUse(graph, node), 'op')
    return `self.${attributes.op(node.name)} = ${name}(${pythonString(node.name)}, ${pythonLiteral(node.params)}${own})`
  })
  const steps = new Map(
    methods.flatMap(({ ops: used }) =>
      used.flatMap(({ node, stepwise }) => {
        if (!stepwise) return []
        const { name } = node.definition.keras!
        const label = pythonString(`${node.name}.steps`)
        const shares = `shares=self.${attributes.op(node.name)}`
        return [
          [
            node.name,
            `self.${attributes.steps(node.name)} = ${name}(${label}, ${pythonLiteral(stepwise)}, ${shares})`,
          ] as const,
        ]
      }),
    ),
  )
  return [
    'class Model(Network):',
    `    """${title(graph)}."""`,
    '',
    '    def __init__(self):',
    `        super().__init__(name=${pythonString(graph.name.replace(/[^\w.-]+/g, '_'))})`,
    indented([...tables, ...ops, ...steps.values(), 'self.built = True'], 2),
    '',
    methods.map(({ text }) => indented(text.split('\n'), 1)).join('\n\n'),
  ].join('\n')
}

const inputSpec = (program: LoweredProgram, name: string) => {
  const { node, state } = program.inputs.get(name)!
  const { definition, params, entity, of } = node
  if (definition.reads !== 'interactions') return { entity, history: false, dropout: definition.dropout?.(params) ?? 0 }
  const { before, dropout, noise = 0, extremes = 0, times = false } = definition.window!(params)
  return {
    ...{ entity, history: true, params, state, before, dropped: dropout, noise, extremes, times },
    ...(of ? { of: of.name, of_events: of.entity === 'event' } : {}),
  }
}

type TrainedMethod = { readonly task: TaskGroup; readonly method: Method }

const batchesText = (
  program: LoweredProgram,
  inputs: Programs['inputs'],
  encoders: readonly (readonly [string, KerasText])[],
  { trained, left }: KerasPhases,
  score: Method,
  methods: readonly TrainedMethod[],
  seed: number,
  isTrained: boolean,
): string => {
  const { graph, dataset } = program
  const leavesOf = (leaves: readonly (EmbeddingNode | NumbersNode)[], task?: TaskGroup) =>
    leaves.map((node) => leafSpec(program, node, task))
  const phases = trained.map((one): readonly [number, string] => {
    const { params } = one.phase
    const spec = {
      epochs: params['epochs'],
      batchSize: batchSizeOf(one.phase),
      learningRate: params['learningRate'],
      weightDecay: params['weightDecay'] ?? 0,
      clipNorm: params['clipNorm'] ?? null,
      params,
      groups: one.groups.map((task) => ({
        ...groupSpec(program, task),
        leaves: leavesOf(methods.find((method) => method.task === task)!.method.leaves, task),
      })),
    }
    return [one.index, pythonLiteral(spec)]
  })
  const runs =
    left.length === 0 && !isTrained ? trained.map(({ index }) => index) : trained.slice(-1).map(({ index }) => index)
  return joinTexts([
    `"""${title(graph)}: encoded data, negatives and batches; written by recspec export --to keras."""\n\n` +
      importing(['collections', 'functools', 'os'], ['keras', 'numpy as np', 'safetensors.numpy']) +
      '\n\nFOLDER = os.path.dirname(os.path.abspath(__file__))',
    [
      `USERS, ITEMS, SEED = ${dataset.users.ids.count}, ${dataset.items.ids.count}, ${seed}`,
      '# the inputs of the document, and the nodes that read them: in training, and for scores',
      dictionary(
        'INPUTS',
        inputs.map(({ name }) => [name, pythonLiteral(inputSpec(program, name))]),
      ),
      `PHASES = {${phases.map(([index, text]) => `\n    ${index}: ${text},`).join('')}\n}`,
      `TRAINED = ${pythonLiteral(runs)}`,
      `SCORING = ${pythonLiteral(leavesOf(score.leaves))}`,
    ].join('\n'),
    scheduled,
    ...orderedTexts(encoders.map(([, text]) => text)),
    dictionary(
      'ENCODERS',
      encoders.map(([name, text]) => [name, text.name]),
    ),
    batches,
  ])
}

const scoreText = (graph: Graph, { loss, target }: ReturnType<typeof predictingHead>): string => {
  const predicts = {
    probability: loss.definition.predicts === 'probability',
    classes: target?.classes?.length ?? 0,
    range: target?.range ?? null,
    clip: target?.clip ?? null,
  }
  return joinTexts([
    `"""${title(graph)}: scores pairs of users and items; written by recspec export --to keras."""\n\n` +
      importing(['argparse', 'csv', 'json', 'os'], ['numpy as np', 'ops of keras'], ['batches', 'Model of model']),
    `PREDICTS = ${pythonLiteral(predicts)}\n${scoring.trim()}`,
  ])
}

const trainText = (graph: Graph, { trained, left }: KerasPhases): string => {
  const notes = leftNotes({ left }).map((note) => `# ${note}`)
  return joinTexts([
    `"""${title(graph)}: trains the model with the document's settings; written by recspec export --to keras."""\n\n` +
      importing(
        ['argparse', 'os', 'types'],
        ['keras', 'numpy as np', 'ops of keras'],
        ['batches', 'scheduled of batches', 'Model of model'],
      ),
    optimizer,
    ...orderedTexts(trained.map(({ optimizer: text }) => text)),
    [
      ...notes,
      `OPTIMIZERS = {${trained.map(({ index, optimizer: { name } }) => `${index}: ${name}`).join(', ')}}`,
    ].join('\n'),
    training,
  ])
}
