import { type Evaluation, type Graph, metrics as known } from '@recspec/core'
import { formatCount, formatMetric, table } from './table.js'

/** What a baseline of these metrics is called: rankings are compared with popularity, predictions with the items' means. */
const baselineName = (graph: Graph): string => {
  const kinds = new Set(graph.evaluation.metrics.map(({ name }) => known[name]?.of))
  if (kinds.size !== 1) return 'baseline'
  return kinds.has('rankings') ? 'popularity' : 'item means'
}

/** A table of metric, model and baseline, under the protocol that makes them comparable. */
export const metricTable = (evaluation: Evaluation, graph: Graph): string => {
  const { protocol, metrics, baseline, rows } = evaluation
  const lines = Object.entries(metrics).map(([name, value]) => {
    const other = baseline[name]
    return [name, formatMetric(value), other === undefined ? '' : formatMetric(other)]
  })
  const heading = [protocol, 'model', baselineName(graph)]
  return `${table([heading, ...lines], ['left', 'right', 'right'])}  on ${[`${formatCount(rows)} ${evaluation.trained === rows ? '' : 'test '}rows`, ...remarks(evaluation)].join(', ')}\n`
}

/** What about the test rows makes their numbers better or worse than they look. */
const remarks = ({ unknown, trained }: Evaluation): readonly string[] => [
  ...(unknown.users > 0 ? [`${formatCount(unknown.users)} of users it never saw`] : []),
  ...(unknown.items > 0 ? [`${formatCount(unknown.items)} of items it never saw`] : []),
  ...(trained === undefined ? [] : [`${formatCount(trained)} of which it was trained on`]),
]
