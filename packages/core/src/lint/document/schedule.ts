import type { DocumentRule } from '../finding.js'

const numberOf = (value: unknown, key: string): number => {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return typeof found === 'number' ? found : Number.NaN
}

/** Learning rates that are planned for more epochs than the phase has. */
export const schedule: DocumentRule = function* ({ phases }) {
  for (const { type, params } of phases) {
    const planned = numberOf(params['learningRate'], 'epochs')
    const epochs = numberOf(params, 'epochs')
    if (!(planned > epochs)) continue
    yield {
      rule: 'schedule',
      message: `the learning rate of "${type}" is planned for ${planned} epochs, and the phase has ${epochs}`,
      hint: 'it does not reach its last value: give both the same number',
      count: 1,
    }
  }
}
