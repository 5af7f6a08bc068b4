import { testLayer } from '@recspec/testing'
import { example } from './index.js'

testLayer(example, 'bilinear', {
  cases: [{ inputs: { u: [4], v: [3] } }, { params: { l2: 0.1 }, inputs: { u: [2], v: [2] } }],
  invalid: [{ inputs: { u: ['length', 4], v: [3] }, message: 'needs two vectors, got 2 and 1 axes' }],
})
