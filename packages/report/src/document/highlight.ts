import { escaped, html, type Markup, raw } from '../page/markup.js'
import { printDocument } from './print.js'

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g

/** A document as HTML, its keys, texts and numbers in colors. */
export const highlighted = (document: unknown): Markup => {
  const text = printDocument(document)
  const pieces: string[] = []
  let end = 0
  for (const match of text.matchAll(TOKENS)) {
    const [token, quoted, colon, literal] = match
    pieces.push(escaped(text.slice(end, match.index)))
    if (quoted !== undefined)
      pieces.push(`<span class="${colon === undefined ? 's' : 'k'}">${escaped(quoted)}</span>${colon ?? ''}`)
    else pieces.push(`<span class="d">${escaped(literal!)}</span>`)
    end = match.index + token.length
  }
  pieces.push(escaped(text.slice(end)))
  return html`<pre tabindex="0"><code>${raw(pieces.join(''))}</code></pre>`
}
