import { type Graph, inputUse, type KerasText, type LoweredProgram, opUse, predictingHead } from '@recspec/core'
import { pythonLiteral, pythonString } from '../python.js'
import { readInputs } from './arrays.js'
import { dictionary, importing, title } from './forms.js'
import { pythonNames } from './names.js'
import { leavesText, lossesText, modelText, trainsText, weightNames } from './network.js'
import {
  checkMatrices,
  densePenalties,
  hasSeveral,
  type KerasPhases,
  readsUserHistory,
  type TaskGroup,
} from './phases.js'
import { layers, network } from './python/layers.js'
import { required } from './required.js'
import { batchesText } from './sampling.js'
import { scoreText, trainText } from './scripts.js'
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
