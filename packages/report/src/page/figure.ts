import { html, type Markup, raw } from './markup.js'

/** A chart with its caption. `label` says in a sentence what the chart shows, for readers who do not see it. */
export interface Figure {
  readonly svg: string
  readonly caption: string
  readonly label: string
  /** A chart that may be wider than a phone, and then scrolls. */
  readonly wide?: boolean
}

/** A figure. */
export const figure = ({ svg, caption, label, wide = false }: Figure): Markup => {
  const labeled = svg.replace(/^<svg /, `${html`<svg role="img" aria-label="${label}" `.markup}`)
  return wide
    ? html`<figure class="wide"><div class="scroll" tabindex="0" role="region" aria-label="${caption}">${raw(labeled)}</div><figcaption>${caption}</figcaption></figure>`
    : html`<figure>${raw(labeled)}<figcaption>${caption}</figcaption></figure>`
}

/** Figures side by side where there is room. */
export const figures = (all: readonly Figure[]): Markup =>
  all.length === 0 ? html`` : html`<div class="figures">${all.map(figure)}</div>`
