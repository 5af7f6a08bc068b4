import type { Figure } from '../page/figure.js'
import { CHART_WIDTH, render } from './render.js'
import { SERIES } from './theme.js'

/** A value of one model in one group of rows. */
export interface GroupValue {
  readonly group: string
  readonly model: string
  readonly value: number
}

/** Values of models by group, the models in colors. */
export const groupsChart = async (values: readonly GroupValue[], title: string, caption: string): Promise<Figure> => {
  const groups = [...new Set(values.map(({ group }) => group))]
  const models = [...new Set(values.map(({ model }) => model))]
  const svg = await render({
    width: CHART_WIDTH,
    height: 60 + 26 * groups.length + 16 * Math.ceil(models.length / 3),
    data: { values: values.map((value) => ({ ...value })) },
    layer: [
      {
        mark: { type: 'point', filled: true, size: 64, opacity: 0.9 },
        encoding: {
          y: {
            field: 'group',
            type: 'nominal',
            sort: groups,
            title: null,
            axis: { labelLimit: 120, grid: true, ticks: false, domain: false, labelColor: 'var(--ink)' },
          },
          x: {
            field: 'value',
            type: 'quantitative',
            title,
            scale: { zero: false },
            axis: { tickCount: 4, grid: false },
          },
          color: {
            field: 'model',
            type: 'nominal',
            sort: models,
            scale: { domain: models, range: models.map((_, place) => SERIES[place % SERIES.length]!) },
            legend: { orient: 'top', title: null, columns: 3, labelLimit: 100 },
          },
        },
      },
    ],
  })
  const spoken = values.map(({ group, model, value }) => `${model} ${group} ${value.toFixed(4)}`).join(', ')
  return { svg, caption, label: `${caption}: ${spoken}` }
}
