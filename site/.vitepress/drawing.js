import { Graphviz } from '@hpcc-js/wasm-graphviz'

const graphviz = await Graphviz.load()

const LAYOUT =
  'rankdir=TB; bgcolor=transparent; nodesep=0.2; ranksep=0.35; node [fontname="Helvetica" fontsize=12 margin="0.12,0.06"]'

/** A drawing is never shrunk below this share of its size: its letters would be too small. */
const LEAST = 0.55

/**
 * A graph in the language of Graphviz as SVG in a page: from top to bottom, because columns of text are narrow; lines
 * and letters in the colors of the page; as wide as the page has room, down to a share of its size.
 */
const drawing = (dot) => {
  const svg = graphviz
    .dot(dot.replace('rankdir=LR', LAYOUT))
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<title>[\s\S]*?<\/title>/g, '')
    .replaceAll('stroke="black"', 'stroke="currentColor"')
    .replaceAll('fill="black"', 'fill="currentColor"')
    .replaceAll('<text ', '<text fill="currentColor" ')
    .replace(/<svg width="([\d.]+)pt" height="[\d.]+pt"/, (_, points) => {
      const width = Math.ceil((points * 4) / 3)
      return `<svg style="width: ${width}px; max-width: max(100%, ${Math.ceil(LEAST * width)}px)"`
    })
  return `<div class="drawing" v-pre>${svg}</div>`
}

/** Lets Markdown have drawings: fenced blocks of the language `dot`. */
export const drawings = (markdown) => {
  const { fence } = markdown.renderer.rules
  markdown.renderer.rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === 'dot' ? drawing(tokens[index].content) : fence(tokens, index, ...rest)
}
