import type { Figure } from '../page/figure.js'
import { escaped } from '../page/markup.js'
import type { GraphBox, GraphDrawing } from './drawing.js'
import { layersOf } from './layers.js'
import { centersOf } from './positions.js'

const LINE = 16
const PAD = { x: 12, y: 9 }
const LAYER_GAP = 34
const MARGIN = 8
const BEND = 14
/** Width of a letter at 12 pixels, on average. */
const LETTER = 6.7

const STYLES: Readonly<Record<GraphBox['kind'], string>> = {
  input: 'fill="var(--raised)" stroke="var(--line)"',
  table: 'fill="var(--paper)" stroke="var(--c0)"',
  op: 'fill="var(--paper)" stroke="var(--muted)"',
  head: 'fill="var(--paper)" stroke="var(--c2)" stroke-width="2"',
}
const ROUND: Readonly<Record<GraphBox['kind'], number>> = { input: 14, table: 0, op: 4, head: 4 }

const sizeOf = ({ lines }: GraphBox) => ({
  width: Math.max(56, LETTER * Math.max(...lines.map((line) => [...line].length)) + 2 * PAD.x),
  height: LINE * lines.length + 2 * PAD.y,
})

/** A graph as SVG, inputs above, heads below; boxes carry shapes. */
export const graphPicture = (drawing: GraphDrawing): Figure => {
  const boxes = new Map(drawing.boxes.map((box) => [box.id, { ...box, ...sizeOf(box) }]))
  const layered = layersOf(drawing)
  const widthOf = (id: string) => boxes.get(id)?.width ?? BEND
  const centers = centersOf(layered, widthOf)
  const tops = new Map<string, { readonly top: number; readonly bottom: number }>()
  let top = MARGIN
  for (const layer of layered.layers) {
    const height = Math.max(...layer.map(({ id }) => boxes.get(id)?.height ?? 0))
    for (const { id } of layer) {
      const own = boxes.get(id)?.height ?? height
      tops.set(id, { top: top + (height - own) / 2, bottom: top + (height + own) / 2 })
    }
    top += height + LAYER_GAP
  }
  const left = Math.min(...[...centers].map(([id, center]) => center - widthOf(id) / 2)) - MARGIN
  const right = Math.max(...[...centers].map(([id, center]) => center + widthOf(id) / 2)) + MARGIN
  const [width, height] = [Math.ceil(right - left), Math.ceil(top - LAYER_GAP + MARGIN)]
  const x = (id: string) => Math.round(centers.get(id)! - left)
  const arrows = layered.routes.map((route) => arrowPath(route, x, tops))
  const shapes = [...boxes.values()].map((box) => boxShape(box, x(box.id), tops.get(box.id)!.top))
  const mark = `arrow-${drawing.name.replace(/[^\w-]+/g, '-')}`
  const head = `<defs><marker id="${mark}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,1L7,4L0,7Z" fill="var(--muted)"/></marker></defs>`
  const drawn = arrows.map(
    (path) => `<path class="arrow" d="${path}" fill="none" stroke="var(--muted)" marker-end="url(#${mark})"/>`,
  )
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${head}${drawn.join('')}${shapes.join('')}</svg>`,
    caption: 'Round: inputs. Blue: tables. Grey: ops, with their shape and side. Green: heads, with their loss.',
    label: `the graph of ${drawing.name}: ${drawing.boxes.map(({ lines }) => lines.join(' ')).join('; ')}`,
    wide: true,
  }
}

const arrowPath = (
  route: readonly string[],
  x: (id: string) => number,
  tops: ReadonlyMap<string, { readonly top: number; readonly bottom: number }>,
): string => {
  const first = route[0]!
  let path = `M${x(first)},${tops.get(first)!.bottom}`
  for (let step = 1; step < route.length; step++) {
    const [from, to] = [route[step - 1]!, route[step]!]
    const [start, end] = [tops.get(from)!.bottom, tops.get(to)!.top]
    const middle = (start + end) / 2
    // through a layer that it passes, the arrow is straight
    if (step > 1) path += `L${x(from)},${start}`
    path += `C${x(from)},${middle} ${x(to)},${middle} ${x(to)},${end}`
  }
  return path
}

const boxShape = (
  { lines, kind, width, height }: GraphBox & { width: number; height: number },
  center: number,
  top: number,
) => {
  const texts = lines.map((line, index) => {
    const y = top + PAD.y + LINE * index + 12
    const look = index === 0 ? 'font-weight="600" fill="var(--ink)"' : 'fill="var(--muted)"'
    return `<text x="${center}" y="${y}" text-anchor="middle" font-size="12" ${look}>${escaped(line)}</text>`
  })
  const [left, round] = [center - width / 2, ROUND[kind]]
  return `<g class="box"><rect x="${left}" y="${top}" width="${width}" height="${height}" rx="${round}" ${STYLES[kind]}/>${texts.join('')}</g>`
}
