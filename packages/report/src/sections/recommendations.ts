import type { RecommendedList, ReportContent, ReportedUser } from '../content.js'
import { html, type Markup } from '../page/markup.js'
import { countText } from '../page/number.js'
import type { Section } from '../page/section.js'

/** What a few users are recommended, beside what they had, and why. */
export const recommendationsSection = ({ users }: ReportContent): readonly Section[] => {
  if (users.length === 0) return []
  const body = html`<p class="note">Users with few, with a middling number of, and with many interactions. Items marked ✓ are among their test rows.
Under an item: the interactions that contribute most to its score, where the score is a sum over them.</p>${users.map(userMarkup)}`
  return [{ id: 'recommendations', heading: 'Recommendations', body }]
}

const userMarkup = ({ name, events, history, lists }: ReportedUser): Markup =>
  html`<h3>User ${name}</h3>
<div class="columns">
${events === undefined ? undefined : historyMarkup(events, history)}
${lists.map(listMarkup)}
</div>`

const historyMarkup = (events: number, history: readonly string[]): Markup => {
  const left = events - history.length
  const more = left > 0 ? html`<p class="note">and ${countText(left)} more</p>` : undefined
  return html`<div><h4>Had ${countText(events)} interactions, the last of them</h4><ul>${history.map(
    (item) => html`<li>${item}</li>`,
  )}</ul>${more}</div>`
}

const listMarkup = ({ model, items, note }: RecommendedList): Markup => {
  const entries = items.map(({ name, held, because }) => {
    const reasons = because.length > 0 ? html`<small>because of ${because.join('; ')}</small>` : undefined
    return html`<li><span${held ? html` class="hit"` : undefined}>${name}</span>${reasons}</li>`
  })
  return html`<div><h4>${model}</h4>${items.length > 0 ? html`<ol>${entries}</ol>` : undefined}${
    note === undefined ? undefined : html`<p class="note">${note}</p>`
  }</div>`
}
