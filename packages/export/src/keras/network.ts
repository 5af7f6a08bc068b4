import { type Graph, type LoweredProgram, type OpNode, opUse } from '@recspec/core'
import { pythonLiteral, pythonString } from '../python.js'
import { indented, pythonTuple, title } from './forms.js'
import type { TaskGroup } from './phases.js'
import { required } from './required.js'
import type { Attributes, Method } from './walk.js'

const usedOps = (methods: readonly Method[]): readonly OpNode[] => [
  ...new Map(methods.flatMap(({ ops }) => ops.map(({ node }) => [node.name, node] as const))).values(),
]

/** The attribute and the name in it of every table and weight. */
export const weightNames = (
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

/** The tables and weights that a phase trains, as a list of their names. */
export const trainsText = (
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

/** The losses of a task, as a dictionary by head. */
export const lossesText = ({ group }: TaskGroup): string =>
  `{${group.heads
    .map(({ name, loss: { definition, params } }) => {
      const { negatives } = definition.examples(params)
      const given = negatives ? `, ${pythonLiteral(negatives)}` : ''
      return `${pythonString(name)}: ${definition.keras!.name}(${pythonLiteral(params)}${given})`
    })
    .join(', ')}}`

/** The table of each embedding that a task reads. */
export const leavesText = ({ leaves }: Method, attributes: Attributes): string =>
  pythonLiteral(
    Object.fromEntries(
      leaves.flatMap((node) => (node.kind === 'embedding' ? [[node.name, attributes.table(node.table)]] : [])),
    ),
  )

/** The class `Model` of model.py. */
export const modelText = (program: LoweredProgram, attributes: Attributes, methods: readonly Method[]): string => {
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
