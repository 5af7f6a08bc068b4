import { split } from '../../contract/split.js'
import { Type } from '../../contract/type.js'
import { leaveOneOut } from './leaveoneout.js'
import { ratio } from './ratio.js'

/** Holds out nothing: the test rows are those of the data. */
export const given = split({
  summary: 'the test rows of the data',
  params: Type.Object({}, { additionalProperties: false }),
  holdOut: () => new Int32Array(0),
  // one test row per user: made by leave-one-out; otherwise a random share
  inside: (test) => {
    const users = test ? test.user.filter((user) => user >= 0) : new Int32Array(0)
    const single = users.length > 0 && new Set(users).size === users.length
    return single
      ? { type: 'leave-one-out', definition: leaveOneOut, params: test?.time ? {} : { which: 'random' } }
      : { type: 'ratio', definition: ratio, params: { share: 0.05 } }
  },
})
