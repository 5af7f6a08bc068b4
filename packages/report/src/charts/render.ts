import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { THEME } from './theme.js'

/** Columns of the page are this wide on a phone, so that no chart is scaled down. */
export const CHART_WIDTH = 340

/** A chart in the grammar of Vega-Lite as SVG. */
export const render = async (spec: Omit<Extract<TopLevelSpec, { layer: unknown }>, '$schema'>): Promise<string> => {
  const full = { padding: 2, ...spec, autosize: { type: 'fit', contains: 'padding' } } as TopLevelSpec
  const view = new View(parse(compile(full, { config: THEME }).spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}
