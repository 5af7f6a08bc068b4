import { callOperator, operatorFault } from '../blame.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { MetricSpec } from './spec.js'

/** What a function of a metric returns: a number, NaN where the rows do not define it. */
export const metricValue = (
  { text }: MetricSpec,
  plugins: readonly PluginIdentity[],
  method: string,
  call: () => number,
): number => {
  const use = { place: '/evaluation/metrics', type: text, plugins }
  const value = callOperator(use, call)
  if (typeof value === 'number') return value
  throw operatorFault(use, `returned ${value === null ? 'null' : `a value of type ${typeof value}`} from "${method}"`)
}
