import { testPlugin } from '@recspec/testing'
import { builtin } from '../../src/builtin/index.js'

testPlugin({ name: '', apiVersion: 1, solvers: builtin.solvers! })
