import { expect, test } from 'vitest'
import * as exported from './index.js'

test('the public names are these', () => {
  expect(Object.keys(exported)).toEqual(['text'])
  expect(Object.keys(exported.text.inputs!)).toEqual(['tokens'])
  expect(Object.keys(exported.text.layers!).sort()).toEqual(['bag', 'lstm'])
})
