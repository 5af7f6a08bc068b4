import type { ReportContent } from './content.js'
import { html } from './page/markup.js'
import { countText } from './page/number.js'
import { pageText } from './page/page.js'
import { comparisonSection } from './sections/comparison.js'
import { dataSection } from './sections/data.js'
import { modelSections } from './sections/models.js'
import { qualitySection } from './sections/quality.js'
import { receiptsSection } from './sections/receipts.js'
import { recommendationsSection } from './sections/recommendations.js'
import { segmentsSection } from './sections/segments.js'
import { trainingSection } from './sections/training.js'

/** A report as one HTML file that opens offline. */
export const reportPage = async (content: ReportContent): Promise<string> =>
  pageText({
    title: content.title,
    lead: leadOf(content),
    sections: [
      ...(await comparisonSection(content)),
      ...(await qualitySection(content)),
      ...(await trainingSection(content)),
      ...(await segmentsSection(content)),
      ...recommendationsSection(content),
      ...(await modelSections(content)),
      dataSection(content),
      receiptsSection(content),
    ],
    footer: html`${content.versions}. The page needs no network: charts, styles and data are in it.`,
  })

const leadOf = ({ models, comparison }: ReportContent): string => {
  const { evaluation } = models[0] ?? {}
  if (comparison)
    return `${models.length} models on the same ${countText(comparison.rows)} test rows, protocol ${comparison.protocol}.`
  if (!evaluation) return 'A model that was not measured.'
  return `Measured on ${countText(evaluation.rows)} rows, protocol ${evaluation.protocol}.`
}
