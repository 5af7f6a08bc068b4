import { testInput } from '@recspec/testing'
import { example } from './index.js'

testInput(example, 'weekday', { cases: [{ entity: 'event', columns: ['time'] }] })
