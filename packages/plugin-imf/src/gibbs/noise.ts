import { key } from '@recspec/kernels'
import type { Chain } from './chain.js'
import { gamma } from './draws.js'

/** Degrees of freedom of a user's precision around the common one: errors are Student's t with as many. */
const FREEDOM = 5

/**
 * Draws each user's precision, then the common one; both are gamma given the errors. The result is the standard deviation
 * of the noise over all events.
 */
export const drawNoise = (chain: Chain, noise: 'user' | 'shared', from: number): number => {
  const { users, given, own } = chain
  chain.refresh()
  let events = 0
  let squares = 0
  let variance = 0
  for (let user = 1; user < own.length; user++) {
    let here = 0
    for (let place = users.start[user]!; place < users.start[user + 1]!; place++)
      here += given[place]! * chain.error(user, place) ** 2
    const count = users.start[user + 1]! - users.start[user]!
    if (noise === 'user')
      own[user] = gamma((FREEDOM + count) / 2, (FREEDOM + chain.precision * here) / 2, key(from, 1, user))
    events += count
    squares += own[user]! * here
  }
  chain.precision = gamma((1 + events) / 2, (1 + squares) / 2, key(from, 0))
  chain.weigh()
  for (const weight of users.weight) variance += weight > 0 ? 1 / (chain.precision * weight) : 0
  return Math.sqrt(variance / Math.max(1, events))
}
