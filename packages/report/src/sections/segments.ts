import { type GroupValue, groupsChart } from '../charts/groups.js'
import type { ReportContent } from '../content.js'
import { type Figure, figures } from '../page/figure.js'
import { html, type Markup } from '../page/markup.js'
import { countText, metricText } from '../page/number.js'
import type { Section } from '../page/section.js'
import { table } from '../page/table.js'

/** Metrics of parts of the test rows, where they were asked for. */
export const segmentsSection = async ({ models }: ReportContent): Promise<readonly Section[]> => {
  const measured = models.flatMap(({ name, evaluation }) =>
    (evaluation?.segments ?? []).map((segment) => ({ model: name, ...segment })),
  )
  const names = models.map(({ name }) => name)
  const [first] = measured
  if (!first) return []
  const parts: Markup[] = []
  for (const by of new Set(measured.map((one) => one.by))) {
    const own = measured.filter((one) => one.by === by)
    const metrics = [...new Set(own.flatMap((one) => Object.keys(one.metrics)))]
    const charts: Figure[] = []
    for (const metric of metrics) {
      const values: readonly GroupValue[] = own.flatMap(({ name, model, metrics }) =>
        Number.isFinite(metrics[metric]) ? [{ group: name, model, value: metrics[metric]! }] : [],
      )
      if (values.length > 0)
        charts.push(await groupsChart(values, names, { title: metric, caption: `${metric} by ${by}` }))
    }
    const number = true as const
    parts.push(
      html`<h3>${by}</h3>${figures(charts)}<details><summary>The numbers</summary>${table(
        `metrics by ${by}`,
        [
          { heading: 'segment' },
          { heading: 'model' },
          { heading: 'rows', number },
          ...metrics.map((heading) => ({ heading, number })),
        ],
        own.map(({ name, model, rows, metrics: values }) => [
          name,
          model,
          countText(rows),
          ...metrics.map((metric) => metricText(values[metric])),
        ]),
      )}</details>`,
    )
  }
  return [{ id: 'segments', heading: 'Segments', body: html`${parts}` }]
}
