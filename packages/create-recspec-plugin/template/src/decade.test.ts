import { testInput } from '@recspec/testing'
import { example } from './index.js'

testInput(example, 'decade', { cases: [{ entity: 'item', cells: [1994, 2003, undefined, '1987', 'unknown'] }] })
