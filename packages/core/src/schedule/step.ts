import Type from 'typebox'
import { ends } from './ends.js'
import { scheduleKind } from './kind.js'

/** Stairs: multiplied again and again. */
export const step = scheduleKind({
  summary: 'Stairs: multiplied by a factor after every so many steps or epochs.',
  params: {
    from: ends.from,
    factor: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'of one stair to the one before' }),
    to: Type.Optional(Type.Number({ minimum: 0, description: 'it falls no lower; 0 unless said' })),
  },
  at: ({ from, factor, to = 0 }, share) => Math.max(to, from * factor ** Math.floor(share)),
})
