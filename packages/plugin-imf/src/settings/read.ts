import type { Given } from './settings.js'

type Known = Readonly<Record<string, number | boolean>>

/** What was given over the defaults of a program; throws where a name or a kind of value is none of its own. */
export const read = <K extends Known>(
  program: string,
  defaults: K,
  given: Given,
): { [N in keyof K]: K[N] extends number ? number : boolean } => {
  const known = new Map(Object.entries(defaults))
  for (const [name, value] of Object.entries(given)) {
    const usual = known.get(name)
    if (usual === undefined)
      throw new Error(`unknown setting "${name}" of ${program}: it has ${[...known.keys()].join(', ')}`)
    if (typeof value !== typeof usual || (typeof value === 'number' && !(value >= 0 && value < Infinity)))
      throw new Error(
        `needs a ${typeof usual === 'number' ? 'number' : 'boolean'} for "${name}" of ${program}, got ${JSON.stringify(value)}`,
      )
  }
  return { ...defaults, ...given } as never
}
