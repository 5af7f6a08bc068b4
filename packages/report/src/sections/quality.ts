import { type Dot, dotsChart } from '../charts/dots.js'
import type { ReportContent, ReportedModel } from '../content.js'
import { type Figure, figures } from '../page/figure.js'
import { html } from '../page/markup.js'
import { countText, metricText } from '../page/number.js'
import type { Section } from '../page/section.js'
import { facts, table } from '../page/table.js'

/** The metrics of a single model beside its baselines; a comparison has a section of its own. */
export const qualitySection = async ({ models, comparison }: ReportContent): Promise<readonly Section[]> => {
  const [model] = models
  if (comparison || !model) return []
  const { evaluation } = model
  if (!evaluation)
    return [
      {
        id: 'quality',
        heading: 'Quality',
        body: html`${facts(model.facts)}<p>Nothing was measured: there are no test rows or no metrics.</p>`,
      },
    ]
  const { metrics, baseline, recent, rows } = evaluation
  const charts: Figure[] = []
  for (const name of Object.keys(metrics)) charts.push(...(await metricChart(model, name)))
  const number = true as const
  const columns = [
    { heading: 'metric' },
    { heading: model.name, number },
    { heading: model.baseline, number },
    ...(recent ? [{ heading: 'recent popularity', number }] : []),
  ]
  const lines = Object.entries(metrics).map(([name, value]) => [
    name,
    metricText(value),
    metricText(baseline[name]),
    ...(recent ? [metricText(recent[name])] : []),
  ])
  const body = html`${facts(model.facts)}${figures(charts)}${table(`metrics of ${countText(rows)} test rows`, columns, lines)}`
  return [{ id: 'quality', heading: 'Quality', body }]
}

const metricChart = async (
  { name, evaluation, baseline, lower }: ReportedModel,
  metric: string,
): Promise<readonly Figure[]> => {
  const dots: readonly Dot[] = [
    { row: name, value: evaluation!.metrics[metric]!, color: '--c0' },
    { row: baseline, value: evaluation!.baseline[metric] ?? Number.NaN, color: '--muted' },
    { row: 'recent popularity', value: evaluation!.recent?.[metric] ?? Number.NaN, color: '--muted' },
  ].filter(({ value }) => Number.isFinite(value))
  if (dots.length === 0) return []
  return [
    await dotsChart(dots, undefined, {
      title: `${metric} (${lower.has(metric) ? 'lower' : 'higher'} is better)`,
      caption: metric,
      label: `${metric}: ${dots.map(({ row, value }) => `${row} ${metricText(value)}`).join(', ')}`,
    }),
  ]
}
