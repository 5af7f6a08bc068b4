import { expect, test } from 'vitest'
import { bucketOf } from './bucket.js'

test('a token always has the same bucket', () => {
  expect(['', 'a', 'love', 'Ночь', '東京'].map((token) => bucketOf(token, 1000))).toMatchInlineSnapshot(`
    [
      923,
      55,
      670,
      747,
      122,
    ]
  `)
})

test('tokens spread evenly over buckets, in powers of two too', () => {
  for (const buckets of [64, 100]) {
    const counts = new Int32Array(buckets)
    for (let token = 0; token < 100 * buckets; token++) counts[bucketOf(`w${token}`, buckets)]!++
    // 100 tokens a bucket, with a deviation of 10
    expect(Math.min(...counts)).toBeGreaterThan(60)
    expect(Math.max(...counts)).toBeLessThan(140)
  }
})
