import { key } from '@recspec/kernels'
import type { Chain } from './chain.js'
import { sampleGamma } from './distributions.js'

/** Of a user's precision around the common one: errors follow Student's t with as many degrees of freedom. */
const DEGREES_OF_FREEDOM = 5

/**
 * Samples each user's precision, then the common one; both follow gamma distributions given the residuals. Returns the
 * standard deviation of the noise over all events.
 */
export const sampleNoise = (chain: Chain, noise: 'user' | 'shared', from: number): number => {
  const { users, lossPrecision, userPrecision } = chain
  chain.updateConstant()
  let events = 0
  let squares = 0
  let variance = 0
  for (let user = 1; user < userPrecision.length; user++) {
    let userSquares = 0
    for (let place = users.start[user]!; place < users.start[user + 1]!; place++)
      userSquares += lossPrecision[place]! * chain.residual(user, place) ** 2
    const count = users.start[user + 1]! - users.start[user]!
    if (noise === 'user')
      userPrecision[user] = sampleGamma(
        (DEGREES_OF_FREEDOM + count) / 2,
        (DEGREES_OF_FREEDOM + chain.precision * userSquares) / 2,
        key(from, 1, user),
      )
    events += count
    squares += userPrecision[user]! * userSquares
  }
  chain.precision = sampleGamma((1 + events) / 2, (1 + squares) / 2, key(from, 0))
  chain.updateWeights()
  for (const weight of users.weight) variance += weight > 0 ? 1 / (chain.precision * weight) : 0
  return Math.sqrt(variance / Math.max(1, events))
}
