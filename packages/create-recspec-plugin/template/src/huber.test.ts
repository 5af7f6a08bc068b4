import { testLoss } from '@recspec/testing'
import { example } from './index.js'

testLoss(example, 'huber', { cases: [{ params: { delta: 0.5 } }, { params: { delta: 3 } }] })
