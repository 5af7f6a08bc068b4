import type { ComparedMetric, Comparison, Difference, Verdict } from '@recspec/study'
import { type Dot, dotsChart } from '../charts/dots.js'
import type { ReportContent, ReportedBaseline } from '../content.js'
import { type Figure, figures } from '../page/figure.js'
import { html, type Markup } from '../page/markup.js'
import { countText, metricText, pText, signedText } from '../page/number.js'
import type { Section } from '../page/section.js'
import { table } from '../page/table.js'

const VERDICTS: Readonly<
  Record<Verdict, { readonly text: string; readonly className: string; readonly color: string }>
> = {
  better: { text: 'better', className: 'good', color: '--good' },
  worse: { text: 'worse', className: 'bad', color: '--bad' },
  noise: { text: 'noise', className: 'quiet', color: '--muted' },
  unclear: { text: 'unclear: the tests disagree', className: 'quiet', color: '--muted' },
  untested: { text: 'not tested', className: 'quiet', color: '--muted' },
}

/** The comparison of all models: a chart and a table for each metric, and what the tests say. */
export const comparisonSection = async ({
  comparison,
  baselines,
  models,
}: ReportContent): Promise<readonly Section[]> => {
  if (!comparison) return []
  const parts: Markup[] = []
  for (const metric of comparison.metrics) {
    const charts = await chartsOf(metric, comparison, baselines)
    parts.push(html`<h3>${metric.metric}</h3>${figures(charts)}${metricTable(metric, comparison, baselines)}`)
  }
  const share = Math.round(100 * comparison.level)
  const body = html`${summary(comparison)}
${parts}
<h3>Cost</h3>
${costTable(models)}
<p class="note">Intervals have ${share} %, from ${countText(comparison.samples)} bootstrap samples of users. Each model is tested against
${comparison.against} on the same users: by the paired bootstrap, which tests the metric itself, and by the signed ranks of the users’ own metrics
(Wilcoxon; zeros by Pratt). P-values are corrected for their number by Holm’s method. A difference is noise where neither test finds one.
${comparison.omitted.length > 0 ? `Not compared, as not every model measures it: ${comparison.omitted.join(', ')}.` : ''}</p>`
  return [{ id: 'comparison', heading: 'Comparison', body }]
}

/** In words, what differs from the first model. */
const summary = ({ metrics, against }: Comparison): Markup => {
  const sentences = metrics.map(({ metric, differences }) => {
    const of = (verdict: Verdict) => differences.filter((one) => one.verdict === verdict).map(({ model }) => model)
    const said = (['better', 'worse', 'noise', 'unclear', 'untested'] as const).flatMap((verdict) => {
      const names = of(verdict)
      return names.length === 0 ? [] : [`${VERDICTS[verdict].text.split(':')[0]}: ${names.join(', ')}`]
    })
    return html`<li><strong>${metric}</strong> against ${against}: ${said.join('; ')}.</li>`
  })
  return html`<ul>${sentences}</ul>`
}

const chartsOf = async (
  { metric, better, values, differences }: ComparedMetric,
  { against, level }: Comparison,
  baselines: readonly ReportedBaseline[],
): Promise<readonly Figure[]> => {
  const share = Math.round(100 * level)
  const measured: readonly Dot[] = [
    ...values.map(({ model, value, interval }) => ({ row: model, value, ...bounds(interval), color: '--c0' })),
    ...baselines.flatMap(({ name, metrics }) =>
      Number.isFinite(metrics[metric]) ? [{ row: name, value: metrics[metric]!, color: '--muted' }] : [],
    ),
  ].filter(({ value }) => Number.isFinite(value))
  const spoken = measured.map(({ row, value }) => `${row} ${metricText(value)}`).join(', ')
  const differing = differences
    .filter(({ value }) => Number.isFinite(value))
    .map(({ model, value, interval, verdict }) => ({
      row: model,
      value,
      ...bounds(interval),
      color: VERDICTS[verdict].color,
    }))
  if (measured.length === 0) return []
  const quality = await dotsChart(measured, undefined, {
    title: `${metric} (${better} is better)`,
    caption: `${metric} with ${share} % intervals`,
    label: `${metric} of each model: ${spoken}`,
  })
  if (differing.length === 0) return [quality]
  return [
    quality,
    await dotsChart(differing, 0, {
      title: `${metric} less that of ${against}`,
      caption: `Difference from ${against}. Green is better, orange worse, grey not told apart.`,
      label: `difference of ${metric} from ${against}: ${differences.map(({ model, value, verdict }) => `${model} ${signedText(value)}, ${VERDICTS[verdict].text}`).join('; ')}`,
    }),
  ]
}

const bounds = (interval: { readonly low: number; readonly high: number } | undefined) =>
  interval && Number.isFinite(interval.low) ? interval : {}

const metricTable = (
  { metric, better, users, values, differences }: ComparedMetric,
  { against, rows }: Comparison,
  baselines: readonly ReportedBaseline[],
): Markup => {
  const byModel = new Map(differences.map((one) => [one.model, one]))
  const range = (interval: { readonly low: number; readonly high: number } | undefined) =>
    interval ? html`<span class="nowrap">${metricText(interval.low)} – ${metricText(interval.high)}</span>` : undefined
  const models = values.map(({ model, value, interval }) => [
    model,
    metricText(value),
    range(interval),
    ...differenceCells(byModel.get(model), range),
  ])
  const others = baselines.flatMap(({ name, metrics }) => {
    const value = metrics[metric]
    return value === undefined ? [] : [[html`<span class="quiet">${name}</span>`, metricText(value)]]
  })
  const number = true as const
  return table(
    `${metric} (${better} is better) of ${countText(rows)} test rows of ${countText(users)} users`,
    [
      { heading: 'model' },
      { heading: metric, number },
      { heading: 'interval', number },
      { heading: `less ${against}`, number },
      { heading: 'interval', number },
      { heading: 'bootstrap p', number },
      { heading: 'signed-rank p', number },
      { heading: '' },
    ],
    [...models, ...others],
  )
}

const differenceCells = (
  difference: Difference | undefined,
  range: (interval: Difference['interval']) => Markup | undefined,
): readonly (string | Markup | undefined)[] => {
  if (!difference) return [undefined, undefined, undefined, undefined, html`<span class="quiet">compared with</span>`]
  const { value, interval, bootstrap, wilcoxon, verdict } = difference
  const { text, className } = VERDICTS[verdict]
  return [
    signedText(value),
    range(interval),
    pText(bootstrap?.corrected),
    pText(wilcoxon?.corrected),
    html`<span class="${className}">${text}</span>`,
  ]
}

/** What every model costs, from its facts. */
const costTable = (models: ReportContent['models']): Markup => {
  const names = [...new Set(models.flatMap(({ facts }) => facts.map(([name]) => name)))]
  return table(
    'training, memory and size of each model',
    [{ heading: 'model' }, ...names.map((heading) => ({ heading, number: true as const }))],
    models.map(({ name, facts }) => [name, ...names.map((fact) => facts.find(([own]) => own === fact)?.[1] ?? '–')]),
  )
}
