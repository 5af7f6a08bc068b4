import { type Evaluation, type Graph, metrics as known, predictingHead } from '@recspec/core'
import { formatCount, formatMetric, formatShare, table } from './table.js'

/** The baseline of these metrics: popularity for rankings, the items' means for predictions. */
export const baselineName = (graph: Graph): string => {
  const predicts = new Set(graph.evaluation.metrics.map(({ name }) => known[name]?.of === 'predictions'))
  if (predicts.size !== 1) return 'baseline'
  if (predicts.has(false)) return 'popularity'
  return predictingHead(graph).target?.classes ? 'item shares' : 'item means'
}

/** A table of metrics: protocol, model and baselines. */
export const metricTable = (evaluation: Evaluation, graph: Graph): string => {
  const { protocol, metrics, baseline, recent, rows } = evaluation
  const shown = (value: number | undefined) => (value === undefined ? '' : formatMetric(value))
  const lines = Object.entries(metrics).map(([name, value]) => [
    name,
    formatMetric(value),
    shown(baseline[name]),
    ...(recent ? [shown(recent[name])] : []),
  ])
  const heading = [protocol, 'model', baselineName(graph), ...(recent ? ['recent popularity'] : [])]
  const kind = evaluation.trained === rows ? 'rows' : 'test rows'
  const measured = [`${formatCount(rows)} ${kind}`, ...remarks(evaluation)].join(', ')
  return `${table(
    [heading, ...lines],
    heading.map((_, column) => (column === 0 ? 'left' : 'right')),
  )}  on ${measured}\n${receiptText(evaluation)}${classTable(evaluation)}${segmentTable(evaluation)}`
}

/** What a receipt says against the numbers: rows whose order is by chance, and rows that are older than training. */
const receiptText = ({ receipt }: Evaluation): string => {
  const { equalTimes = 0, older } = receipt ?? {}
  const lines = [
    ...(equalTimes > 0
      ? [`${formatShare(equalTimes)} have a training row of their user at the same time: row order decides`]
      : []),
    ...(older && older.anyone > 0
      ? [
          `${formatShare(older.anyone)} are older than a training row, ${formatShare(older.user)} than one of their own user`,
        ]
      : []),
  ]
  return lines.map((line) => `  ${line}\n`).join('')
}

/** A table of the classes of a target; empty where it has none. */
const classTable = ({ classes }: Evaluation): string => {
  if (!classes) return ''
  const rows = classes.map(({ class: name, rows, predicted, precision, recall, f1 }) => [
    String(name),
    formatCount(rows),
    formatCount(predicted),
    ...[precision, recall, f1].map((value) => formatMetric(value ?? Number.NaN)),
  ])
  const heading = ['class', 'rows', 'predicted', 'precision', 'recall', 'f1']
  return `\n${table([heading, ...rows], ['left', 'right', 'right', 'right', 'right', 'right'])}`
}

/** A table of the metrics of segments, where they were asked for. */
const segmentTable = ({ segments = [], metrics }: Evaluation): string => {
  if (segments.length === 0) return ''
  const names = Object.keys(metrics)
  const lines = segments.map((one) => [
    one.name,
    formatCount(one.rows),
    ...names.map((name) => formatMetric(one.metrics[name]!)),
  ])
  return `\n${table([['segment', 'rows', ...names], ...lines], ['left', 'right', ...names.map(() => 'right' as const)])}`
}

/** Which heads were measured, where there are several; unknown users and items; rows of the training data. */
const remarks = ({ head, unknown, trained }: Evaluation): readonly string[] => [
  ...(head?.predictions === undefined ? [] : [`predictions of head "${head.predictions}"`]),
  ...(head?.rankings === undefined ? [] : [`rankings of head "${head.rankings}"`]),
  ...(unknown.users > 0 ? [`${formatCount(unknown.users)} of unknown users`] : []),
  ...(unknown.items > 0 ? [`${formatCount(unknown.items)} of unknown items`] : []),
  ...(trained === undefined ? [] : [`${formatCount(trained)} of which it was trained on`]),
]
