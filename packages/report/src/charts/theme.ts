import type { Config } from 'vega-lite'

/** Colors of series: custom properties of the page, so that a chart follows its theme. */
export const SERIES = Array.from({ length: 8 }, (_, place) => `var(--c${place})`)

/** The look of charts: quiet axes, the page's colors. */
export const THEME: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    gridColor: 'var(--grid)',
    labelColor: 'var(--muted)',
    titleColor: 'var(--muted)',
    titleFontWeight: 'normal',
    labelFontSize: 11,
    titleFontSize: 11,
  },
  legend: { labelColor: 'var(--ink)', titleColor: 'var(--muted)', labelFontSize: 11, titleFontSize: 11 },
  range: { category: [...SERIES] },
}
