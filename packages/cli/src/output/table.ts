import { oneLine } from './printable.js'

/** How a column is aligned. */
export type Align = 'left' | 'right'

/** Display width in code points; wide scripts take more. */
const widthOf = (text: string) => [...text].length

const pad = (text: string, width: number, align: Align) => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + space : space + text
}

/** Rows of text in columns, indented by two. Cells are escaped, so that each row is one line. */
export const table = (cells: readonly (readonly string[])[], align: readonly Align[] = []): string => {
  const rows = cells.map((row) => row.map(oneLine))
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  const lines = rows.map((row) =>
    `  ${row.map((text, column) => pad(text, widths[column]!, align[column] ?? 'left')).join('  ')}`.trimEnd(),
  )
  return lines.map((line) => `${line}\n`).join('')
}

/** A number with four significant digits; whole, with grouped thousands, from 1,000. */
export const formatNumber = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en-US')
  if (size === 0 || size >= 0.0001) return Number(value.toPrecision(4)).toString()
  return value.toExponential(2)
}

/** A number with four decimals, so that a column of them lines up. */
export const formatMetric = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : '–')

/** A share as `12.3 %`. */
export const formatShare = (share: number): string => `${(100 * share).toFixed(1)} %`

/** A count with grouped thousands. */
export const formatCount = (value: number): string => value.toLocaleString('en-US')

/** `1:05` or `2:03:04`; `42 s` under a minute. */
export const formatDuration = (seconds: number): string => {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** `1.5 GB`, in decimal units. */
export const formatBytes = (size: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toPrecision(2)} ${units[unit]}`
}

/** Breaks lines that are longer than `width` at spaces; what follows is indented by four more than its line. */
export const wrap = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n')

const wrapLine = (line: string, width: number): readonly string[] => {
  const indent = /^ */.exec(line)![0].length
  const lines: string[] = []
  let rest = line
  while (widthOf(rest) > width) {
    const start = /^ */.exec(rest)![0].length
    const head = [...rest].slice(0, width + 1).join('')
    const before = head.lastIndexOf(' ')
    // a word that is longer than a line stays whole
    const at = before > start ? before : rest.indexOf(' ', start + 1)
    if (at < 0) break
    lines.push(rest.slice(0, at).trimEnd())
    rest = ' '.repeat(indent + 4) + rest.slice(at).trimStart()
  }
  return [...lines, rest]
}
