import { type Node, parseTree } from 'jsonc-parser'
import { printable } from './messages.js'
import { type Path, pathOf, pointer } from './pointer.js'

/** A mistake in a document, without its place. */
export interface Mistake {
  readonly code: string
  readonly message: string
  readonly hint?: string
  /** The caret goes under the property's name instead of its value. */
  readonly key?: true
  /** The type of the operator whose fault it is: the compiler adds package and version to the message. */
  readonly operator?: string
}

/** A mistake and where it is: a path into the document, or an offset into the text. */
export interface Finding extends Mistake {
  readonly path: Path
  readonly span?: readonly [offset: number, length: number]
}

/** Receives the mistakes that a pass finds. */
export type Report = (path: Path, mistake: Mistake) => void

/** A mistake with its place and an excerpt of the text. */
export interface Diagnostic {
  /** Kebab-case, stable. */
  readonly code: string
  /** RFC 6901, into the document as it was written. */
  readonly pointer: string
  /** The document's name; `--set` for a value from the command line. */
  readonly source: string
  /** Counted from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
  readonly hint?: string
  /** The line with carets under the characters in question. */
  readonly excerpt: string
}

/** Diagnostics that are shown, in the order of the text, and how many more there are. */
export interface Diagnostics {
  readonly diagnostics: readonly Diagnostic[]
  readonly omitted: number
}

/** What is wrong with a document: the first diagnostics, and how many more there are. */
export class SpecError extends Error {
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    readonly omitted = 0,
  ) {
    super(printAll({ diagnostics, omitted }))
    this.name = 'SpecError'
  }
}

/** A value that is set at a pointer of the document. */
export interface Override {
  readonly pointer: string
  readonly value: unknown
}

/** The text of a document and the name that diagnostics show for it; no file is opened. */
export interface DocumentSource {
  readonly name: string
  readonly text: string
}

/** Maximum number of diagnostics that one check shows; the others are counted. */
export const mostShown = 20

/** The first findings in the order of the text, with their places, and how many more there are. */
export const locate = (
  findings: readonly Finding[],
  source: DocumentSource,
  overrides: readonly Override[] = [],
): Diagnostics => {
  if (findings.length === 0) return { diagnostics: [], omitted: 0 }
  const { text } = source
  const starts = lineStarts(text)
  const spanOf = spanFinder(text, starts)
  const replaced = new Map(overrides.map((override) => [pointer(pathOf(override.pointer) ?? []), override]))
  const placed = findings.map((finding, order) => {
    const set = finding.span ? undefined : overrideOf(replaced, finding.path)
    const span: Span = set ? [text.length + order, 0] : (finding.span ?? spanOf(finding))
    return { finding, set, span }
  })
  const shown = placed.sort((a, b) => a.span[0] - b.span[0]).slice(0, mostShown)
  return {
    diagnostics: shown.map(({ finding, set, span }) =>
      set ? inOverride(finding, set) : inText(finding, source, starts, span),
    ),
    omitted: placed.length - shown.length,
  }
}

/** Diagnostics as the command line prints them, and how many more there are. */
export const printAll = ({ diagnostics, omitted }: Diagnostics): string =>
  [...diagnostics.map(print), ...(omitted > 0 ? [`… and ${omitted.toLocaleString('en-US')} more`] : [])].join('\n\n')

/** One diagnostic as the command line prints it: pointer and message, place, excerpt with carets, hint. */
export const print = (diagnostic: Diagnostic): string => {
  const { pointer: where, message, source, line, column, excerpt, hint } = diagnostic
  const lines = [
    printable(where === '' ? message : `${where.length > 200 ? `${where.slice(0, 200)}…` : where}: ${message}`),
    `  --> ${printable(source)}:${line}:${column}`,
    excerpt,
  ]
  if (hint !== undefined) lines.push(`  hint: ${printable(hint)}`)
  return lines.join('\n')
}

type Span = readonly [offset: number, length: number]

/** A value in the text, with the span of the name before it. */
interface Place {
  readonly node: Node
  readonly key?: Span
}

/**
 * Finds the span of a path in the text, or of the nearest value above it; the text is parsed once, at the first call.
 */
const spanFinder = (text: string, starts: readonly number[]): ((finding: Finding) => Span) => {
  let root: Place | undefined
  const children = new Map<Node, ReadonlyMap<string, Place>>()
  const childrenOf = (node: Node): ReadonlyMap<string, Place> => {
    const known = children.get(node)
    if (known) return known
    const found = new Map<string, Place>()
    for (const [index, child] of (node.children ?? []).entries()) {
      const [name, value] = node.type === 'object' ? (child.children ?? []) : [undefined, child]
      if (value)
        found.set(name ? String(name.value) : `${index}`, {
          node: value,
          ...(name && { key: [name.offset, name.length] }),
        })
    }
    children.set(node, found)
    return found
  }
  return (finding) => {
    if (!root) {
      const node = parseTree(text, [], { allowTrailingComma: true })
      if (!node) return [0, 1]
      root = { node }
    }
    let place = root
    let depth = 0
    for (const key of finding.path) {
      const next = childrenOf(place.node).get(key)
      if (!next) break
      place = next
      depth++
    }
    const { offset, length } = place.node
    if (depth === 0) return [offset, 1]
    // for a value over several lines the carets go under its name
    const named =
      finding.key || depth < finding.path.length || lineAt(starts, offset) < lineAt(starts, offset + length - 1)
    return named && place.key ? place.key : [offset, length]
  }
}

const overrideOf = (replaced: ReadonlyMap<string, Override>, path: Path): Override | undefined => {
  if (replaced.size === 0) return undefined
  for (let length = path.length; length >= 0; length--) {
    const override = replaced.get(pointer(path.slice(0, length)))
    if (override) return override
  }
  return undefined
}

const lineStarts = (text: string): readonly number[] => {
  const starts = [0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) starts.push(at + 1)
  }
  return starts
}

/** Index of the line that an offset is in. */
const lineAt = (starts: readonly number[], offset: number): number => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}

const inText = (
  finding: Finding,
  source: DocumentSource,
  starts: readonly number[],
  [offset, length]: Span,
): Diagnostic => {
  const index = lineAt(starts, offset)
  const start = starts[index]!
  const line = source.text.slice(start, starts[index + 1] ?? source.text.length).replace(/[\r\n]+$/, '')
  return {
    ...shared(finding),
    source: source.name,
    line: index + 1,
    column: offset - start + 1,
    excerpt: excerpt(line, index + 1, offset - start, length),
  }
}

const inOverride = (finding: Finding, { pointer: where, value }: Override): Diagnostic => {
  const text = `${where}=${written(value)}`
  const offset = where.length + 1
  return {
    ...shared(finding),
    source: '--set',
    line: 1,
    column: offset + 1,
    excerpt: excerpt(text, 1, offset, text.length - offset),
  }
}

/** A value as JSON, cut where it is long; one that is too deep to be written is an ellipsis. */
const written = (value: unknown): string => {
  try {
    const text = JSON.stringify(value) ?? 'undefined'
    return text.length > widest ? `${text.slice(0, widest)}…` : text
  } catch {
    return '…'
  }
}

const shared = ({ code, path, message, hint }: Finding) => ({
  code,
  pointer: pointer(path),
  message,
  ...(hint !== undefined && { hint }),
})

const widest = 120

/** A line with carets under a span of it; a long line is cut around the span. */
const excerpt = (line: string, number: number, from: number, length: number): string => {
  const before = from > widest / 2 && line.length > widest ? from - widest / 2 : 0
  const cut = line.slice(before, before + widest)
  const shown = (before > 0 ? '…' : '') + printable(cut) + (before + widest < line.length ? '…' : '')
  const indent = from - before + (before > 0 ? 1 : 0)
  const carets = Math.max(1, Math.min(length, cut.length - (from - before)))
  const margin = ' '.repeat(String(number).length)
  return [` ${margin} |`, ` ${number} | ${shown}`, ` ${margin} | ${' '.repeat(indent)}${'^'.repeat(carets)}`].join('\n')
}
