import { testPlugin } from '@recspec/testing'
import { builtin } from '../../src/builtin/index.js'

const { metrics, splits, candidates, samplers } = builtin as Required<typeof builtin>

testPlugin({ name: '', apiVersion: 1, metrics, splits, candidates, samplers })
