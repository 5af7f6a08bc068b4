import { html, type Markup } from './markup.js'

/** A section of a page: its heading, its place in the table of contents, what is in it. */
export interface Section {
  readonly id: string
  readonly heading: string
  readonly body: Markup
}

/** A section with its heading. */
export const sectionMarkup = ({ id, heading, body }: Section): Markup =>
  html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>
${body}
</section>
`

/** A table of contents. */
export const contents = (sections: readonly Section[]): Markup =>
  html`<nav aria-label="Contents"><ol>${sections.map(
    ({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`,
  )}</ol></nav>`
