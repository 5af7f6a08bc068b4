import type { LibrarySettings } from './settings.js'

type Defaults = Readonly<Record<string, number | boolean>>

/** The settings given, over the defaults of a library; throws where a name is unknown or a value has the wrong type. */
export const withDefaults = <K extends Defaults>(
  library: string,
  defaults: K,
  settings: LibrarySettings,
): { [N in keyof K]: K[N] extends number ? number : boolean } => {
  const known = new Map(Object.entries(defaults))
  for (const [name, value] of Object.entries(settings)) {
    const expected = known.get(name)
    if (expected === undefined)
      throw new Error(`unknown setting "${name}" of ${library}: expected one of ${[...known.keys()].join(', ')}`)
    if (typeof value !== typeof expected || (typeof value === 'number' && !(value >= 0 && value < Infinity)))
      throw new Error(`needs a ${typeof expected} for "${name}" of ${library}, got ${JSON.stringify(value)}`)
  }
  return { ...defaults, ...settings } as never
}
