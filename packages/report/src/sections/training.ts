import { curveChart } from '../charts/curve.js'
import type { ReportContent } from '../content.js'
import { type Figure, figures } from '../page/figure.js'
import { html } from '../page/markup.js'
import type { Section } from '../page/section.js'

/** Loss and validation metrics by epoch, of every model that was trained. */
export const trainingSection = async ({ models }: ReportContent): Promise<readonly Section[]> => {
  const charts: Figure[] = []
  for (const { name, curves } of models) for (const curve of curves) charts.push(await curveChart(name, curve))
  if (charts.length === 0) return []
  return [
    {
      id: 'training',
      heading: 'Training',
      body: html`<p class="note">The loss is that of the training examples in an epoch; other metrics are of validation rows. Epochs count through
all phases. Losses of different documents are different functions: their heights do not compare.</p>${figures(charts)}`,
    },
  ]
}
