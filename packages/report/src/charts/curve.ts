import type { Figure } from '../page/figure.js'
import { metricText } from '../page/number.js'
import { CHART_WIDTH, render } from './render.js'

/** A number by epoch, of one training run. */
export interface Curve {
  readonly name: string
  readonly points: readonly CurvePoint[]
}

/** A point of a curve: epochs count through all phases. */
export interface CurvePoint {
  readonly epoch: number
  readonly value: number
  /** `1: adam`. */
  readonly phase: string
}

/** A curve by epoch; phases have colors of their own. */
export const curveChart = async (model: string, { name, points }: Curve): Promise<Figure> => {
  const phases = [...new Set(points.map(({ phase }) => phase))]
  const color = {
    field: 'phase',
    type: 'nominal' as const,
    sort: phases,
    legend: phases.length > 1 ? { orient: 'top' as const, title: null } : null,
  }
  const encoding = {
    x: {
      field: 'epoch',
      type: 'quantitative' as const,
      title: 'epoch',
      axis: { tickMinStep: 1, grid: false, format: 'd' },
    },
    y: { field: 'value', type: 'quantitative' as const, title: null, scale: { zero: false }, axis: { tickCount: 5 } },
    color,
  }
  const svg = await render({
    width: CHART_WIDTH,
    height: 190,
    data: { values: points.map((point) => ({ ...point })) },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding },
      { mark: { type: 'point', filled: true, size: points.length > 40 ? 0 : 22, opacity: 1 }, encoding },
    ],
  })
  const [first, last] = [points[0]!, points.at(-1)!]
  return {
    svg,
    caption: `${model}: ${name}`,
    label: `${name} of ${model} by epoch, from ${metricText(first.value)} to ${metricText(last.value)} after ${last.epoch} epochs`,
  }
}
