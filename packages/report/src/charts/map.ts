import { principalPlane } from '../map/pca.js'
import type { Figure } from '../page/figure.js'
import { countText } from '../page/number.js'
import { render } from './render.js'

/** Vectors of a table with the names of its rows. */
export interface MappedTable {
  readonly name: string
  /** What its rows are: `items`. */
  readonly rows: string
  /** [names, width]. */
  readonly values: ArrayLike<number>
  readonly width: number
  readonly names: readonly string[]
  /** How often a row is read; the most frequent are drawn larger, some of them with their names. */
  readonly events: ArrayLike<number>
}

/** Points of a map; more of them would hide one another. */
const MOST_POINTS = 1000
/** Points whose names are written on the map, where they are far enough apart. */
const NAMED = 14
const SIZE = { width: 640, height: 460 }

const percent = (share: number) => `${Math.round(100 * share)} %`

/** The most frequent rows of a table on their two principal components. */
export const mapChart = async (model: string, table: MappedTable): Promise<Figure> => {
  const { names, events, width } = table
  const order = names.map((_, row) => row).sort((a, b) => events[b]! - events[a]! || a - b)
  const shown = order.slice(0, MOST_POINTS)
  const values = shown.flatMap((row) =>
    Array.from({ length: width }, (_, column) => table.values[row * width + column]!),
  )
  const { x, y, shares } = principalPlane({ values, width })
  const most = Math.max(1, ...shown.map((row) => events[row]!))
  const points = shown.map((row, place) => ({
    ...{ x: x[place]!, y: y[place]!, name: names[row]! },
    size: 12 + 90 * Math.sqrt(events[row]! / most),
  }))
  const named = apart(points)
  const axis = (field: 'x' | 'y', place: 0 | 1) => ({
    field,
    type: 'quantitative' as const,
    title: `component ${place + 1} (${percent(shares[place])} of the variance)`,
    scale: { zero: false, nice: false },
    axis: { grid: false, labels: false, ticks: false },
  })
  const position = { x: axis('x', 0), y: axis('y', 1) }
  const svg = await render({
    ...SIZE,
    padding: 6,
    layer: [
      {
        data: { values: points },
        mark: { type: 'point', filled: true, color: 'var(--c0)', opacity: 0.55 },
        encoding: {
          ...position,
          size: { field: 'size', type: 'quantitative', scale: null },
          description: { field: 'name' },
        },
      },
      // a name is legible over points by its halo
      ...[{ stroke: 'var(--paper)', strokeWidth: 3, color: 'var(--paper)' }, { color: 'var(--ink)' }].map((look) => ({
        data: { values: named },
        mark: { type: 'text' as const, align: 'left' as const, dx: 6, fontSize: 11, limit: 210, ...look },
        encoding: { ...position, text: { field: 'name' } },
      })),
    ],
  })
  const part = shown.length < names.length ? `the ${countText(shown.length)} most frequent of ` : ''
  const what = `${part}${countText(names.length)} ${table.rows} by their vectors in table ${table.name}`
  return {
    svg,
    caption: `${model}: ${what}, on two principal components. Larger points have more events. Point or tap for names.`,
    label: `map of ${what}`,
    wide: true,
  }
}

/** The first points that leave room for the names of those before them. */
const apart = <P extends { readonly x: number; readonly y: number }>(points: readonly P[]): readonly P[] => {
  const extent = (of: (point: P) => number) => {
    const all = points.map(of)
    return Math.max(...all) - Math.min(...all) || 1
  }
  const [wide, high] = [extent(({ x }) => x), extent(({ y }) => y)]
  const chosen: P[] = []
  for (const point of points) {
    if (chosen.length === NAMED) break
    const free = (other: P) => Math.abs(point.x - other.x) / wide > 0.26 || Math.abs(point.y - other.y) / high > 0.05
    if (chosen.every(free)) chosen.push(point)
  }
  return chosen
}
