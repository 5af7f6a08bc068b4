/** How a column of a table stands. */
export type Align = 'left' | 'right'

/** Display width: code points, which is right for all but wide scripts. */
const widthOf = (text: string) => [...text].length

const pad = (text: string, width: number, align: Align) => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + space : space + text
}

/** Rows of text in columns, indented by two, a blank row where a row is empty; the first row may be a heading. */
export const table = (rows: readonly (readonly string[])[], align: readonly Align[] = []): string => {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  const lines = rows.map((row) =>
    `  ${row.map((text, column) => pad(text, widths[column]!, align[column] ?? 'left')).join('  ')}`.trimEnd(),
  )
  return lines.map((line) => `${line}\n`).join('')
}

/** A number as people read it: four significant digits, thousands grouped. */
export const formatNumber = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en-US')
  if (size === 0 || size >= 0.0001) return Number(value.toPrecision(4)).toString()
  return value.toExponential(2)
}

/** A metric: four places, so that a column of them lines up. */
export const formatMetric = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : '–')

/** A count with its thousands grouped. */
export const formatCount = (value: number): string => value.toLocaleString('en-US')

/** `1:05`, `2:03:04`; seconds alone under a minute. */
export const formatDuration = (seconds: number): string => {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** `1.5 GB`, decimal units. */
export const formatBytes = (size: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toPrecision(2)} ${units[unit]}`
}
