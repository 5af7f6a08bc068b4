import { expect, test } from 'vitest'
import * as exported from './index.js'

test('the public names are these', () => {
  expect(Object.keys(exported).sort()).toEqual(['imf', 'settings'])
  expect(Object.keys(exported.imf.losses!)).toEqual(['weighted-squares', 'filled-squares', 'gaussian'])
  expect(Object.keys(exported.imf.solvers!)).toEqual(['als', 'svd', 'gibbs'])
})
