import type { ReportContent } from '../content.js'
import { html } from '../page/markup.js'
import type { Section } from '../page/section.js'
import { table } from '../page/table.js'

/** What the numbers belong to: protocol, rows, seed, versions. */
export const receiptsSection = ({ models, command, versions }: ReportContent): Section => {
  const names = [...new Set(models.flatMap(({ receipt }) => receipt.map(([name]) => name)))]
  const rows = names.map((name) => [
    name,
    ...models.map(({ receipt }) => html`<code>${receipt.find(([own]) => own === name)?.[1] ?? '–'}</code>`),
  ])
  const body = html`<p>Made by <code>${command}</code> with ${versions}.</p>
${table('receipts', [{ heading: '' }, ...models.map(({ name }) => ({ heading: name }))], rows)}
<p class="note">Numbers of different protocols or test rows say nothing about each other. The digest of the test rows is of the columns that a
document reads, too: documents that read other columns have other digests of the same rows.</p>`
  return { id: 'receipts', heading: 'Receipts', body }
}
