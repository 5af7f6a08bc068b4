import { html, type Markup, type Piece } from './markup.js'

/** A column of a table: its heading, and whether its cells are numbers. */
export interface TableColumn {
  readonly heading: string
  readonly number?: true
}

/** A table that scrolls by itself where it is wider than the page; the first cell of a row names the row. */
export const table = (
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Piece[])[],
): Markup => {
  const headings = columns.map(({ heading, number }) =>
    number ? html`<th scope="col" class="n">${heading}</th>` : html`<th scope="col">${heading}</th>`,
  )
  const cells = (row: readonly Piece[]) =>
    columns.map(({ number }, place) => {
      if (place === 0) return html`<th scope="row">${row[0]}</th>`
      return number ? html`<td class="n">${row[place]}</td>` : html`<td>${row[place]}</td>`
    })
  const body = rows.map((row) => html`<tr>${cells(row)}</tr>`)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${headings}</tr></thead>
<tbody>${body}</tbody>
</table></div>`
}

/** Names with values, as a list. */
export const facts = (pairs: readonly (readonly [name: string, value: Piece])[]): Markup =>
  html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
