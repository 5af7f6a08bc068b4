/** HTML that needs no escaping any more. */
export interface Markup {
  readonly markup: string
}

/** What a template may hold; text is escaped, and `undefined` is nothing. */
export type Piece = string | number | Markup | readonly Markup[] | undefined

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!)

const markupOf = (piece: Piece): string => {
  if (piece === undefined) return ''
  if (typeof piece === 'object') return 'markup' in piece ? piece.markup : piece.map(({ markup }) => markup).join('')
  return escaped(String(piece))
}

/** A template of HTML: what is put into it is escaped unless it is HTML already. */
export const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup => ({
  markup: strings.map((text, place) => text + (place < pieces.length ? markupOf(pieces[place]) : '')).join(''),
})

/** HTML that was made elsewhere: a chart, a drawing. */
export const raw = (markup: string): Markup => ({ markup })
