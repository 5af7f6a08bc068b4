import { takesVariant } from './metric.js'
import { metrics } from './metrics/index.js'
import type { MetricSpec } from './spec.js'

const form = /^([A-Za-z]+)(?:@([1-9]\d{0,5}))?(?:\(([^()]*)\))?$/

/** Takes `name[@k][(variant)]` apart; throws a bare sentence when there is no such metric. */
export const parseMetric = (text: string): MetricSpec => {
  const parts = form.exec(text)
  if (!parts) throw new Error(`invalid metric "${text}", expected name[@k][(variant)], as in "recall@20(truncated)"`)
  const [, name, k, variant] = parts as unknown as [string, string, string | undefined, string | undefined]
  const metric = Object.hasOwn(metrics, name) ? metrics[name]! : undefined
  if (!metric) throw new Error(`unknown metric "${name}"`)
  if (metric.k === 'required' && !k) throw new Error(`metric "${name}" needs @k, as in "${name}@10"`)
  if (metric.k === 'none' && k) throw new Error(`metric "${name}" takes no @k, got "${text}"`)
  if (variant !== undefined && !takesVariant(metric, variant)) {
    const { variants } = metric
    const known = variants === 'share' ? 'a number between 0 and 1' : variants.map((one) => `"${one}"`).join(' or ')
    throw new Error(`unknown variant "${variant}" of metric "${name}", expected ${known || 'none'}`)
  }
  return { text, name, ...(k && { k: Number(k) }), ...(variant !== undefined && { variant }) }
}
