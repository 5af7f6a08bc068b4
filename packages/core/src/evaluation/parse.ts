import { type Metric, takesVariant } from '../contract/metric.js'
import type { MetricSpec } from './spec.js'

const form = /^((?:[a-z][a-z0-9-]*\/)?[A-Za-z][\w-]*)(?:@([1-9]\d{0,5}))?(?:\(([^()]*)\))?$/

/** Why a text is not a metric: its form, an unknown name, or an invalid `@k` or variant. */
export type MetricMistake =
  | { readonly mistake: 'form' }
  | { readonly mistake: 'unknown' | 'needs-k' | 'takes-no-k'; readonly name: string }
  | { readonly mistake: 'variant'; readonly name: string; readonly variant: string; readonly definition: Metric }

/** Parses `name[@k][(variant)]`; `find` gives a metric by its name. */
export const readMetric = (text: string, find: (name: string) => Metric | undefined): MetricSpec | MetricMistake => {
  const parts = form.exec(text)
  if (!parts) return { mistake: 'form' }
  const [, name, k, variant] = parts as unknown as [string, string, string | undefined, string | undefined]
  const named = find(name)
  if (!named) return { mistake: 'unknown', name }
  const definition = k === undefined && named.withoutK ? named.withoutK : named
  if (definition.k === 'required' && !k) return { mistake: 'needs-k', name }
  if (definition.k === 'none' && k) return { mistake: 'takes-no-k', name }
  if (variant !== undefined && !takesVariant(definition, variant))
    return { mistake: 'variant', name, variant, definition }
  return { text, name, definition, ...(k && { k: Number(k) }), ...(variant !== undefined && { variant }) }
}

/** As `readMetric`; throws a bare sentence where the text is not a metric. */
export const parseMetric = (text: string, find: (name: string) => Metric | undefined): MetricSpec => {
  const found = readMetric(text, find)
  if (!('mistake' in found)) return found
  switch (found.mistake) {
    case 'form':
      throw new Error(`invalid metric "${text}", expected name[@k][(variant)], as in "recall@20(truncated)"`)
    case 'unknown':
      throw new Error(`unknown metric "${found.name}"`)
    case 'needs-k':
      throw new Error(`metric "${found.name}" needs @k, as in "${found.name}@10"`)
    case 'takes-no-k':
      throw new Error(`metric "${found.name}" takes no @k, got "${text}"`)
    case 'variant': {
      const { variants } = found.definition
      const known = variants === 'share' ? 'a number between 0 and 1' : variants.map((one) => `"${one}"`).join(' or ')
      throw new Error(`unknown variant "${found.variant}" of metric "${found.name}", expected ${known || 'none'}`)
    }
  }
}
