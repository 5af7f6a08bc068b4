import { html, type Markup, raw } from './markup.js'
import { SCRIPT } from './script.js'
import { contents, type Section, sectionMarkup } from './section.js'
import { STYLE } from './style.js'

/** A page before it is text. */
export interface Page {
  readonly title: string
  readonly lead: string
  readonly sections: readonly Section[]
  readonly footer: Markup
}

/** Nothing may be requested: what the page shows is in it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

/** The text of a page: one HTML file that needs no other. */
export const pageText = ({ title, lead, sections, footer }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE)}</style>
</head>
<body>
<div class="page">
${contents(sections)}
<header><h1>${title}</h1>
<p class="lead">${lead}</p></header>
<main>
${sections.map(sectionMarkup)}
</main>
<footer>${footer}</footer>
</div>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`.markup
