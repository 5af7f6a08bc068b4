import type { Figure } from '../page/figure.js'
import { CHART_WIDTH, render } from './render.js'
import { SERIES } from './theme.js'

/** A value of one model in one group of rows. */
export interface GroupValue {
  readonly group: string
  readonly model: string
  readonly value: number
}

/** Values of models by group; a model has the same color in every chart of a report. */
export const groupsChart = async (
  values: readonly GroupValue[],
  everyModel: readonly string[],
  { title, caption }: { readonly title: string; readonly caption: string },
): Promise<Figure> => {
  const short = withoutPrefix(values.map(({ group }) => group))
  const groups = [...new Set(values.map(({ group }) => short(group)))]
  const models = [...new Set(values.map(({ model }) => model))]
  const svg = await render({
    width: CHART_WIDTH,
    height: 50 + groups.length * (14 + 11 * models.length) + 16 * Math.ceil(models.length / 2),
    data: { values: values.map((value) => ({ ...value, group: short(value.group) })) },
    layer: [
      {
        mark: { type: 'point', filled: true, size: 64, opacity: 0.9 },
        encoding: {
          y: {
            field: 'group',
            type: 'nominal',
            sort: groups,
            title: null,
            axis: { labelLimit: 130, grid: true, ticks: false, domain: false, labelColor: 'var(--ink)' },
          },
          yOffset: { field: 'model', type: 'nominal', sort: models },
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
            scale: { domain: models, range: models.map((model) => SERIES[everyModel.indexOf(model) % SERIES.length]!) },
            legend: { orient: 'top', title: null, columns: 2, labelLimit: 110 },
          },
        },
      },
    ],
  })
  const spoken = values.map(({ group, model, value }) => `${model} ${group} ${value.toFixed(4)}`).join(', ')
  return { svg, caption, label: `${caption}: ${spoken}` }
}

/**
 * Names without the words that all of them begin with: `user events 20 – 50` is `20 – 50` beside others of its
 * kind.
 */
const withoutPrefix = (names: readonly string[]): ((name: string) => string) => {
  const words = names.map((name) => name.split(' '))
  let shared = 0
  const first = words[0] ?? []
  while (shared < first.length - 1 && words.every((own) => own.length > shared + 1 && own[shared] === first[shared]))
    shared++
  return (name) => name.split(' ').slice(shared).join(' ')
}
