import { type Node, parseTree } from 'jsonc-parser'
import { printable } from './messages.js'
import { type Path, pathOf, pointer } from './pointer.js'

/** What a pass found wrong, before it is given a place. */
export interface Mistake {
  readonly code: string
  readonly message: string
  readonly hint?: string
  /** The caret goes under the property's name instead of its value. */
  readonly key?: true
}

/** A mistake and where it is: a path into the document, or an offset into the text. */
export interface Finding extends Mistake {
  readonly path: Path
  readonly span?: readonly [offset: number, length: number]
}

/** How a pass says what is wrong. */
export type Report = (path: Path, mistake: Mistake) => void

/** One mistake as people and programs see it. */
export interface Diagnostic {
  /** Kebab-case, stable. */
  readonly code: string
  /** RFC 6901, into the document as it was written. */
  readonly pointer: string
  /** The document's name; `--set` for a value that the command line put in its place. */
  readonly source: string
  /** Counted from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
  readonly hint?: string
  /** The line, and under it a caret for each character that is meant. */
  readonly excerpt: string
}

/** Everything that is wrong with a document. */
export class SpecError extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(print).join('\n\n'))
    this.name = 'SpecError'
  }
}

/** A value that replaces, or is added to, what the document says at a pointer. */
export interface Override {
  readonly pointer: string
  readonly value: unknown
}

/** A text and its name; both are only read, nothing is opened. */
export interface DocumentSource {
  readonly name: string
  readonly text: string
}

/** Findings with their places, in the order of the text. */
export const locate = (
  findings: readonly Finding[],
  source: DocumentSource,
  overrides: readonly Override[] = [],
): readonly Diagnostic[] => {
  if (findings.length === 0) return []
  const places = findings.some(({ span }) => !span) ? tokens(source.text) : new Map<string, Token>()
  const starts = lineStarts(source.text)
  const replaced = new Map(overrides.map((override) => [pointer(pathOf(override.pointer) ?? []), override]))
  const placed = findings.map((finding, order) => {
    const set = finding.span ? undefined : overrideOf(replaced, finding.path)
    if (set) return { diagnostic: inOverride(finding, set), offset: source.text.length + order }
    const [offset, length] = finding.span ?? spanOf(places, source.text, finding)
    return { diagnostic: inText(finding, source, starts, offset, length), offset }
  })
  return placed.sort((a, b) => a.offset - b.offset).map(({ diagnostic }) => diagnostic)
}

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

interface Token {
  readonly key?: readonly [number, number]
  readonly value: readonly [number, number]
}

/** Where each pointer's name and value stand in the text; empty where the text is no JSON. */
const tokens = (text: string): Map<string, Token> => {
  const found = new Map<string, Token>()
  const root = parseTree(text, [], { allowTrailingComma: true })
  const open: { node: Node; at: string; key?: readonly [number, number] }[] = root ? [{ node: root, at: '' }] : []
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, at, key } = next
    found.set(at, { ...(key && { key }), value: [node.offset, node.length] })
    for (const [index, child] of (node.children ?? []).entries()) {
      const [name, value] = node.type === 'object' ? (child.children ?? []) : [undefined, child]
      if (value)
        open.push({
          node: value,
          at: at + pointer([name ? String(name.value) : `${index}`]),
          ...(name && { key: [name.offset, name.length] }),
        })
    }
  }
  return found
}

const spanOf = (places: Map<string, Token>, text: string, finding: Finding): readonly [number, number] => {
  for (let length = finding.path.length; length >= 0; length--) {
    const token = places.get(pointer(finding.path.slice(0, length)))
    if (!token) continue
    const [start, size] = token.value
    if (length === 0) return [start, 1]
    // of a value over several lines its name says more than its first bracket
    const named = finding.key || length < finding.path.length || /[\n\r]/.test(text.slice(start, start + size))
    return named && token.key ? token.key : token.value
  }
  return [0, 1]
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
  for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length)
  return starts
}

const inText = (
  finding: Finding,
  source: DocumentSource,
  starts: readonly number[],
  offset: number,
  length: number,
): Diagnostic => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  const start = starts[low]!
  const line = source.text.slice(start, starts[low + 1] ?? source.text.length).replace(/[\r\n]+$/, '')
  return {
    ...shared(finding),
    source: source.name,
    line: low + 1,
    column: offset - start + 1,
    excerpt: excerpt(line, low + 1, offset - start, length),
  }
}

const inOverride = (finding: Finding, { pointer: where, value }: Override): Diagnostic => {
  const text = `${where}=${JSON.stringify(value)}`
  const offset = where.length + 1
  return {
    ...shared(finding),
    source: '--set',
    line: 1,
    column: offset + 1,
    excerpt: excerpt(text, 1, offset, text.length - offset),
  }
}

const shared = ({ code, path, message, hint }: Finding) => ({
  code,
  pointer: pointer(path),
  message,
  ...(hint !== undefined && { hint }),
})

const widest = 120

/** A line with carets under a span of it; of a long line, what stands around the span. */
const excerpt = (line: string, number: number, from: number, length: number): string => {
  const before = from > widest / 2 && line.length > widest ? from - widest / 2 : 0
  const cut = line.slice(before, before + widest)
  const shown = (before > 0 ? '…' : '') + printable(cut) + (before + widest < line.length ? '…' : '')
  const indent = from - before + (before > 0 ? 1 : 0)
  const carets = Math.max(1, Math.min(length, cut.length - (from - before)))
  const margin = ' '.repeat(String(number).length)
  return [` ${margin} |`, ` ${number} | ${shown}`, ` ${margin} | ${' '.repeat(indent)}${'^'.repeat(carets)}`].join('\n')
}
