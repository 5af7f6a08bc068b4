import { tucker } from '../../../test/plugins/tucker/src/index.js'
import { testPlugin } from '../src/index.js'

// a plugin as a third party writes it, with an operator of every kind
testPlugin(tucker, {
  metrics: { excess: { except: { better: 'a mean error has a sign: 0 is best' } } },
})
