/** Limit of nesting; deeper values are treated as circular. */
const MOST_LEVELS = 100

/** Why JSON cannot represent a value, with the path (`.counts[3] is NaN`); undefined where it can. */
export const jsonProblem = (value: unknown, place = '', level = 0): string | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${place} is ${value}`
  if (level > MOST_LEVELS) return `${place.slice(0, 40)}… is nested in itself`
  if (Array.isArray(value)) {
    for (let k = 0; k < value.length; k++) {
      const problem = jsonProblem(value[k], `${place}[${k}]`, level + 1)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  const made = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (made !== Object.prototype && made !== null)
    return `${place} is ${made === undefined ? `of type ${typeof value}` : `a ${made.constructor?.name ?? 'class'}`}`
  for (const [name, part] of Object.entries(value as object)) {
    // JSON omits undefined properties; reading them gives undefined again
    const problem = part === undefined ? undefined : jsonProblem(part, `${place}.${name}`, level + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}
