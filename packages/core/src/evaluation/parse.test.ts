import { expect, test } from 'vitest'
import { metrics } from './metrics/index.js'
import { parseMetric } from './parse.js'

const parsed = (text: string) => parseMetric(text, (name) => (Object.hasOwn(metrics, name) ? metrics[name] : undefined))
const parts = (text: string) => {
  const { definition, ...rest } = parsed(text)
  expect(definition).toBe(metrics[rest.name])
  return rest
}

test('metrics are parsed', () => {
  expect(parts('recall@20(truncated)')).toEqual({
    text: 'recall@20(truncated)',
    name: 'recall',
    k: 20,
    variant: 'truncated',
  })
  expect(parts('intervalCoverage(0.9)')).toEqual({
    text: 'intervalCoverage(0.9)',
    name: 'intervalCoverage',
    variant: '0.9',
  })
  expect(parts('rmse')).toEqual({ text: 'rmse', name: 'rmse' })
  expect(parts('mse(rounded)')).toEqual({ text: 'mse(rounded)', name: 'mse', variant: 'rounded' })
})

test.each([
  ['hitrate@10', 'unknown metric "hitrate"'],
  ['constructor@10', 'unknown metric "constructor"'],
  ['__proto__', 'invalid metric "__proto__"'],
  ['hr', 'metric "hr" needs @k, as in "hr@10"'],
  ['hr@0', 'invalid metric "hr@0"'],
  ['hr@10x', 'invalid metric "hr@10x"'],
  ['rmse@3', 'metric "rmse" takes no @k, got "rmse@3"'],
  ['recall@20(plain)', 'unknown variant "plain" of metric "recall", expected "truncated"'],
  ['intervalCoverage(1)', 'unknown variant "1" of metric "intervalCoverage", expected a number between 0 and 1'],
  ['intervalCoverage(0.0)', 'unknown variant "0.0" of metric "intervalCoverage"'],
  ['intervalCoverage(wide)', 'unknown variant "wide" of metric "intervalCoverage"'],
  ['nll(0.9)', 'unknown variant "0.9" of metric "nll", expected none'],
  ['hr@20()', 'unknown variant "" of metric "hr", expected none'],
])('%s is refused in a sentence', (text, sentence) => {
  expect(() => parsed(text)).toThrow(sentence)
})
