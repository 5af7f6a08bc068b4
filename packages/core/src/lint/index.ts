import type { Dataset } from '../dataset/dataset.js'
import type { Graph } from '../graph/graph.js'
import { learnInput } from '../program/encode.js'
import { targetOf } from '../program/target.js'
import { columnsOf } from './columns.js'
import { constant } from './constant.js'
import { coverage } from './coverage.js'
import { duplicates } from './duplicates.js'
import type { Finding, Rule } from './finding.js'
import { future } from './future.js'
import { leak } from './leak.js'
import { missing } from './missing.js'
import { spelling } from './spelling.js'
import { testRows } from './testrows.js'
import { unique } from './unique.js'
import { unread } from './unread.js'

export { lintDocument } from './document/index.js'
export type { Finding } from './finding.js'

const rules: readonly Rule[] = [
  unique,
  constant,
  missing,
  leak,
  future,
  spelling,
  duplicates,
  testRows,
  coverage,
  unread,
]

/**
 * What is likely a mistake in a data set: in the columns that a graph reads, or in all where there is none. Throws a
 * `Failure` where the graph cannot read the data: a missing column, a target without a value.
 */
export const lint = (data: Dataset, graph?: Graph): readonly Finding[] => {
  for (const head of graph?.heads.values() ?? []) targetOf(head, data.events)
  for (const input of graph?.inputs.values() ?? []) learnInput(input, graph!.plugins, data, undefined)
  const linted = { data, columns: columnsOf(data, graph), ...(graph ? { graph } : {}) }
  return rules.flatMap((rule) => [...rule(linted)])
}
