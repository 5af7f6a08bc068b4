import type { ComparedMetric, ConfidenceInterval, Difference, Verdict } from '@recspec/study'
import type { Compared } from '../project/comparing.js'
import { formatBytes, formatCount, formatDuration, formatMetric, table } from './table.js'

/** A p-value with three decimals, and how small where that says more. */
const formatP = (p: number): string => (Number.isNaN(p) ? '–' : p < 0.001 ? '<0.001' : p.toFixed(3))

const formatInterval = (interval: ConfidenceInterval | undefined): string =>
  interval ? `${formatMetric(interval.low)} … ${formatMetric(interval.high)}` : ''

const signed = (value: number): string => (value > 0 ? `+${formatMetric(value)}` : formatMetric(value))

const VERDICTS: Readonly<Record<Verdict, string>> = {
  better: 'better',
  worse: 'worse',
  noise: 'noise',
  unclear: 'unclear: the tests disagree',
  untested: 'not tested',
}

/** What `compare` prints for people. */
export const comparisonText = ({ comparison, competitors, baselines }: Compared): string => {
  const { protocol, rows, level, samples, against, omitted } = comparison
  const share = `${Math.round(100 * level)} %`
  const cost = competitors.map(({ name, seconds, memory, size }) => [
    name,
    seconds === undefined ? '–' : formatDuration(seconds),
    formatBytes(memory),
    formatBytes(size),
  ])
  return [
    `${protocol}, ${formatCount(rows)} test rows\n`,
    ...comparison.metrics.map((metric) => `\n${metricTable(metric, baselines)}`),
    `\n${table([['model', 'training', 'memory', 'file'], ...cost], ['left', 'right', 'right', 'right'])}`,
    '\n',
    `  intervals: ${share}, by ${formatCount(samples)} bootstrap samples of users\n`,
    `  p: paired tests of each model against ${against}, corrected for their number by Holm's method\n`,
    `  noise: neither test tells the model from ${against}\n`,
    ...(omitted.length > 0 ? [`  not compared, as not every model measures it: ${omitted.join(', ')}\n`] : []),
  ].join('')
}

/** One metric: a row for each model, and below them the baselines. */
const metricTable = (metric: ComparedMetric, baselines: Compared['baselines']): string => {
  const { values, differences, better } = metric
  const heading = [
    `${metric.metric} (${better} is better)`,
    '',
    'interval',
    'difference',
    'bootstrap p',
    'signed-rank p',
    '',
  ]
  const byModel = new Map(differences.map((one) => [one.model, one]))
  const models = values.map(({ model, value, interval }) => [
    model,
    formatMetric(value),
    formatInterval(interval),
    ...differenceCells(byModel.get(model)),
  ])
  const others = baselines.flatMap(({ name, metrics }) => {
    const value = metrics[metric.metric]
    return value === undefined ? [] : [[name, formatMetric(value)]]
  })
  const right = ['right', 'right', 'right', 'right', 'right'] as const
  return table([heading, ...models, ...others], ['left', ...right, 'left'])
}

const differenceCells = (difference: Difference | undefined): readonly string[] => {
  if (!difference) return []
  const { value, bootstrap, wilcoxon, verdict } = difference
  const p = (tested: { readonly corrected: number } | undefined) => (tested ? formatP(tested.corrected) : '–')
  return [signed(value), p(bootstrap), p(wilcoxon), VERDICTS[verdict]]
}

/** What `compare --json` prints. */
export const comparisonJson = ({ comparison, competitors, baselines }: Compared) => ({
  ...comparison,
  models: competitors.map(
    ({ name, file, artifact, seed, seconds, memory, size, digest, backend, threads, evaluation }) => ({
      ...{ name, file, artifact: artifact ?? null, metrics: evaluation.metrics, seconds: seconds ?? null },
      ...{ memory, size, digest, seed, backend, threads },
    }),
  ),
  baselines,
  rejected: competitors[0]!.rejected,
})
