import { testPlugin } from '@recspec/testing'
import { ncf } from './index.js'

testPlugin(ncf)
