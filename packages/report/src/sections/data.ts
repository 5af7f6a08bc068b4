import type { ReportContent } from '../content.js'
import { html } from '../page/markup.js'
import type { Section } from '../page/section.js'
import { facts } from '../page/table.js'

/** What the data has, and what is likely a mistake in it. */
export const dataSection = ({ data }: ReportContent): Section => {
  const found = data.findings.map(
    ({ message, hint }) => html`<li>${message}${hint === undefined ? undefined : html`<small>${hint}</small>`}</li>`,
  )
  const body = html`${facts(data.facts)}<h3>Findings</h3>${
    found.length > 0
      ? html`<ul class="findings">${found}</ul>`
      : html`<p class="note">Nothing in it is likely a mistake.</p>`
  }`
  return { id: 'data', heading: 'Data', body }
}
