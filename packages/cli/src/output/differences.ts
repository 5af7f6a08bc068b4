/** A value that two documents do not share; absent on the side that does not have it. */
export interface Difference {
  /** JSON pointer in the normalized documents. */
  readonly pointer: string
  readonly first?: unknown
  readonly second?: unknown
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every value that differs, whole entries where only one side has them; the order of keys does not count. */
export const differencesOf = (first: unknown, second: unknown, pointer = ''): readonly Difference[] => {
  if (isObject(first) && isObject(second)) {
    const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])]
    return keys.flatMap((key) =>
      differencesOf(first[key], second[key], `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    )
  }
  if (Array.isArray(first) && Array.isArray(second) && first.length === second.length)
    return first.flatMap((value, index) => differencesOf(value, second[index], `${pointer}/${index}`))
  if (Object.is(first, second) || JSON.stringify(first) === JSON.stringify(second)) return []
  return [{ pointer, ...(first === undefined ? {} : { first }), ...(second === undefined ? {} : { second }) }]
}

const shown = (value: unknown): string => JSON.stringify(value)

/** Differences as text, the values of the first file with −, those of the second with +. */
export const differenceText = (first: string, second: string, differences: readonly Difference[]): string => {
  if (differences.length === 0) return `${first} and ${second} mean the same\n`
  const lines = differences.flatMap(({ pointer, ...values }) => [
    pointer,
    ...('first' in values ? [`  - ${shown(values.first)}`] : []),
    ...('second' in values ? [`  + ${shown(values.second)}`] : []),
  ])
  return `- ${first}\n+ ${second}\n\n${lines.join('\n')}\n`
}
