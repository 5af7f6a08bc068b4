import { tucker } from '../../../test/plugins/tucker/src/index.js'
import { testPlugin } from '../src/index.js'

// a plugin as a third party writes it, with an operator of every kind
testPlugin(tucker)
