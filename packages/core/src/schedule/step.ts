import { Type } from '../contract/type.js'
import { ends } from './ends.js'
import { scheduleKind } from './kind.js'

/** Step decay: multiplied by a factor at regular intervals. */
export const step = scheduleKind({
  summary: 'Step decay: multiplied by a factor after every `steps` steps or `epochs` epochs.',
  params: {
    from: ends.from,
    factor: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'factor at each decrease' }),
    to: Type.Optional(Type.Number({ minimum: 0, description: 'lower bound; default 0' })),
  },
  at: ({ from, factor, to = 0 }, share) => Math.max(to, from * factor ** Math.floor(share)),
  keras: 'm.maximum(s.get("to", 0), s["from"] * s["factor"] ** m.floor(share))',
})
