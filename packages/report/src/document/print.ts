/** Objects and lists that fit into a line of this length stay in one. */
const LINE = 96

/** A document as text: each entry of a section on a line of its own where it fits. */
export const printDocument = (value: unknown): string => print(value, '')

const print = (value: unknown, indent: string): string => {
  const whole = inline(value)
  const deeper = `${indent}  `
  if (typeof value !== 'object' || value === null) return whole
  // sections are never on one line
  if (indent !== '' && indent.length + whole.length <= LINE) return whole
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map((inner) => deeper + print(inner, deeper)).join(',\n')}\n${indent}]`
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  return `{\n${entries
    .map(([name, inner]) => `${deeper}${JSON.stringify(name)}: ${print(inner, deeper)}`)
    .join(',\n')}\n${indent}}`
}

const inline = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${inline(inner)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
