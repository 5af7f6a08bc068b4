import type { Ports, PortValues } from '../src/contract/ports.js'
import type { Value } from '../src/contract/value.js'
import { tf } from '../src/index.js'

/** Inputs by port, as an operator sees them. */
export const byPort = <V>(
  ports: Ports,
  flat: readonly V[],
  join: (values: readonly V[]) => V,
): PortValues<Ports, V> => {
  const names = Object.keys(ports)
  return Object.fromEntries(
    names.map((port, place) => {
      const given = place === names.length - 1 ? flat.slice(place) : [flat[place]!]
      return [port, ports[port] === 'many' ? given : given.length === 1 ? given[0]! : join(given)]
    }),
  ) as PortValues<Ports, V>
}

/** The values of a joined port. */
export const joined = (values: readonly Value[]): Value => ({
  tensor: tf.concat(
    values.map(({ tensor }) => tensor),
    -1,
  ),
})
