import type { Figure } from '../page/figure.js'
import { CHART_WIDTH, render } from './render.js'

/** A value with its interval, in a row of a chart. */
export interface Dot {
  readonly row: string
  readonly value: number
  readonly low?: number
  readonly high?: number
  /** A color of the page: `--good`. */
  readonly color: string
}

/** How a chart of dots is labeled. */
export interface DotsText {
  readonly title: string
  readonly caption: string
  readonly label: string
}

/** Values with their intervals, one row each, and a line at a value to compare with. */
export const dotsChart = async (
  dots: readonly Dot[],
  compared: number | undefined,
  text: DotsText,
): Promise<Figure> => {
  const rows = dots.map(({ row }) => row)
  const y = {
    field: 'row',
    type: 'nominal' as const,
    sort: rows,
    title: null,
    axis: { labelLimit: 120, ticks: false, domain: false, labelColor: 'var(--ink)' },
  }
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: text.title,
    scale: { zero: false, nice: true },
    axis: { tickCount: 4 },
  })
  const color = { field: 'color', type: 'nominal' as const, scale: null }
  const line =
    compared === undefined
      ? []
      : [
          {
            data: { values: [{ compared }] },
            mark: { type: 'rule' as const, color: 'var(--muted)', strokeDash: [3, 3] },
            encoding: { x: { ...x('compared') } },
          },
        ]
  const values = dots.map((dot) => ({ ...dot, color: `var(${dot.color})` }))
  const svg = await render({
    width: CHART_WIDTH,
    height: 40 + 26 * rows.length,
    data: { values },
    layer: [
      ...line,
      {
        transform: [{ filter: 'isValid(datum.low)' }],
        mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.55 },
        encoding: { y, x: x('low'), x2: { field: 'high' }, color },
      },
      { mark: { type: 'point', filled: true, size: 64, opacity: 1 }, encoding: { y, x: x('value'), color } },
    ],
  })
  return { svg, caption: text.caption, label: text.label }
}
