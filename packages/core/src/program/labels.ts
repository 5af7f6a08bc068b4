import { callOperator, inputUse, operatorFault } from '../blame.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Graph, Table } from '../graph/graph.js'
import type { LearnedInput } from './encode.js'
import type { LoweredProgram } from './lowered.js'

/** The texts of the rows of a table, by its owner's input; throws where it has none. */
export const labelsOf = (
  { plugins }: Graph,
  inputs: ReadonlyMap<string, LearnedInput>,
  table: Table,
  { users, items }: Dataset,
): readonly (string | undefined)[] => {
  const own = inputs.get(table.input)!
  // a history of another input has that one's rows
  const { node, state, height } = own.node.of ? inputs.get(own.node.of.name)! : own
  const { definition, params, entity } = node
  const use = inputUse(plugins, node)
  const side = (entity === 'item') === (definition.reads === 'interactions') ? users : items
  const labels = callOperator(use, () => definition.labels?.(params, state, side.ids))
  if (labels?.length === height) return labels
  throw operatorFault(use, `returned ${labels?.length ?? 'no'} texts from "labels", expected ${height}`)
}

/** The texts of the rows of a table, undefined where a row has none: ids, values, tokens. */
export const rowTexts = (program: LoweredProgram, table: Table): readonly (string | undefined)[] => {
  const { graph, inputs, dataset, tables } = program
  const own = inputs.get(table.input)!
  const { definition } = own.node.of ?? own.node
  return definition.labels
    ? labelsOf(graph, inputs, table, dataset)
    : new Array<undefined>(tables.get(table.name)!.height).fill(undefined)
}
