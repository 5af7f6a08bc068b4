import { Graphviz } from '@hpcc-js/wasm-graphviz'

const graphviz = await Graphviz.load()

/**
 * A graph in the language of Graphviz as SVG in a page: from top to bottom, because columns of text are narrow; lines and
 * letters in the colors of the page.
 */
const drawing = (dot) => {
  const svg = graphviz
    .dot(
      dot.replace(
        'rankdir=LR',
        'rankdir=TB; bgcolor=transparent; node [fontname="Helvetica" fontsize=12 margin="0.12,0.06"]; nodesep=0.2; ranksep=0.35',
      ),
    )
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<title>[\s\S]*?<\/title>/g, '')
    .replaceAll('stroke="black"', 'stroke="currentColor"')
    .replaceAll('fill="black"', 'fill="currentColor"')
    .replaceAll('<text ', '<text fill="currentColor" ')
  return `<div class="drawing" v-pre>${svg}</div>`
}

/** Lets Markdown have drawings: fenced blocks of the language `dot`. */
export const drawings = (markdown) => {
  const { fence } = markdown.renderer.rules
  markdown.renderer.rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === 'dot' ? drawing(tokens[index].content) : fence(tokens, index, ...rest)
}
