import type { Ports } from '@recspec/core'

/** The names at each port. */
export type Assigned = Readonly<Record<string, readonly string[]>>

/**
 * Assigns names to ports in order: each port takes one, and the port that takes several, if there is exactly one, takes
 * the rest.
 * Undefined where the number of names does not fit.
 */
export const assignPorts = (ports: Ports, names: readonly string[]): Assigned | undefined => {
  const kinds = Object.entries(ports)
  const wide = kinds.filter(([, kind]) => kind === 'joined' || kind === 'many')
  const surplus = names.length - kinds.length
  if (surplus < 0 || (surplus > 0 && wide.length !== 1)) return undefined
  let from = 0
  return Object.fromEntries(
    kinds.map(([port]) => {
      const size = 1 + (port === wide[0]?.[0] ? surplus : 0)
      from += size
      return [port, names.slice(from - size, from)]
    }),
  )
}

/** Ports as an arity message lists them: `first, others…`. */
export const portNames = (ports: Ports): readonly string[] =>
  Object.entries(ports).map(([port, kind]) => (kind === 'joined' || kind === 'many' ? `${port}…` : port))
