/** A text as a Python string literal. */
export const pythonString = (text: string): string => JSON.stringify(text)

/** A value of JSON as a Python literal; what is undefined is left out. */
export const pythonLiteral = (value: unknown): string => {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return pythonString(value)
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => `${pythonString(name)}: ${pythonLiteral(one)}`)
      .join(', ')}}`
  return String(value)
}
