import { expect, test } from 'vitest'
import * as exported from './index.js'

test('exports one plugin and the conversion of settings', () => {
  expect(Object.keys(exported).sort()).toEqual(['convertSettings', 'imf'])
  expect(Object.keys(exported.imf.losses)).toEqual(['weighted-squares', 'filled-squares', 'gaussian'])
  expect(Object.keys(exported.imf.solvers)).toEqual(['als', 'svd', 'gibbs'])
})
