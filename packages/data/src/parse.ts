import { readFile } from 'node:fs/promises'
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { Value } from 'typebox/value'
import { DataDocument } from './document.js'
import { DataError } from './error.js'

interface Mistake {
  readonly pointer: string
  readonly message: string
  readonly offset: number
  readonly length: number
  readonly hint?: string
}

/** Where a mistake is, as people read it: the line, and a caret under the word. */
const printed = (file: string, text: string, { pointer, message, offset, length, hint }: Mistake): string => {
  const before = text.slice(0, offset).split('\n')
  const line = before.length
  const column = before.at(-1)!.length
  const source = text.split('\n')[line - 1]!.trimEnd()
  const gutter = ' '.repeat(String(line).length)
  const caret = ' '.repeat(column) + '^'.repeat(Math.max(1, Math.min(length, source.length - column)))
  return [
    `${pointer === '' ? '' : `${pointer}: `}${message}`,
    `  --> ${file}:${line}:${column + 1}`,
    ` ${gutter} |`,
    ` ${line} | ${source}`,
    ` ${gutter} | ${caret}`,
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join('\n')
}

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

const meant = (word: string, known: readonly string[]): string => {
  const near = known.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far)[0]
  return near && near.far < 0.4 * word.length + 1 ? `did you mean "${near.name}"?` : `known are ${known.join(', ')}`
}

const segments = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))

/** The schema at a place of the document. */
const schemaAt = (path: readonly (string | number)[]): Record<string, unknown> =>
  path.reduce<Record<string, unknown>>(
    (schema, part) => {
      const properties = schema['properties'] as Record<string, Record<string, unknown>> | undefined
      return (
        (typeof part === 'string' && properties && Object.hasOwn(properties, part) ? properties[part] : undefined) ??
        (schema['items'] as Record<string, unknown>) ??
        {}
      )
    },
    DataDocument as unknown as Record<string, unknown>,
  )

/** A JSON value in memory without prototypes in the way. */
const plain = (node: Node): unknown => {
  if (node.type === 'array') return (node.children ?? []).map(plain)
  if (node.type !== 'object') return node.value
  const result: Record<string, unknown> = {}
  for (const { children } of node.children ?? [])
    Object.defineProperty(result, children![0]!.value, {
      value: plain(children![1]!),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return result
}

/** Every name that stands twice in one object. */
const repeated = (node: Node, pointer: string): Mistake[] => {
  const children = node.children ?? []
  if (node.type === 'array') return children.flatMap((child, index) => repeated(child, `${pointer}/${index}`))
  if (node.type !== 'object') return []
  const seen = new Set<string>()
  return children.flatMap(({ children: pair }) => {
    const [key, value] = pair as [Node, Node]
    const here = `${pointer}/${key.value}`
    const twice = seen.has(key.value)
    seen.add(key.value)
    const mistake = {
      pointer: here,
      message: `duplicate property "${key.value}"`,
      offset: key.offset,
      length: key.length,
    }
    return [...(twice ? [mistake] : []), ...repeated(value, here)]
  })
}

const mistakesOf = (root: Node, document: unknown): Mistake[] => {
  const mistakes: Mistake[] = repeated(root, '')
  const seen = new Set<string>()
  for (const error of Value.Errors(DataDocument, document)) {
    const path = segments(error.instancePath)
    const node = findNodeAtLocation(root, path) ?? root
    const schema = schemaAt(path)
    const params = error.params as Record<string, unknown>
    const add = (pointer: string, message: string, at: Node, hint?: string) => {
      if (seen.has(pointer)) return
      seen.add(pointer)
      mistakes.push({ pointer, message, offset: at.offset, length: at.length, ...(hint === undefined ? {} : { hint }) })
    }
    if (error.keyword === 'boolean') {
      // a schema of false is where no property may be
      const known = Object.keys((schemaAt(path.slice(0, -1))['properties'] as object | undefined) ?? {})
      const name = String(path.at(-1))
      add(error.instancePath, `unknown property "${name}"`, node.parent?.children?.[0] ?? node, meant(name, known))
    } else if (error.keyword === 'required') {
      for (const name of params['requiredProperties'] as string[])
        add(`${error.instancePath}`, `missing property "${name}"`, node)
    } else if (error.keyword === 'enum' && typeof node.value === 'string') {
      const allowed = (schema['enum'] as string[] | undefined) ?? ['text', 'number']
      add(error.instancePath, `unknown ${path.at(-1)} "${node.value}"`, node, meant(node.value, allowed))
    } else if (![...seen].some((pointer) => pointer.startsWith(error.instancePath) && pointer !== error.instancePath)) {
      const description = schema['description']
      const got = node.type === 'object' || node.type === 'array' ? `an ${node.type}` : JSON.stringify(node.value)
      add(
        error.instancePath,
        `invalid value ${got}, ${error.message}`,
        node,
        typeof description === 'string' ? description : undefined,
      )
    }
  }
  return mistakes.sort((a, b) => a.offset - b.offset)
}

/** Reads a data document; throws one `DataError` that shows every mistake at its line. */
export const parseDocument = async (file: string): Promise<DataDocument> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new DataError('file-missing', `missing file "${file}"`, { file })
  })
  const refuse = (mistakes: readonly Mistake[]) => {
    const first = mistakes[0]!
    const unknown = mistakes.length === 1 && first.pointer.endsWith('/encoding') && first.message.startsWith('unknown')
    const line = text.slice(0, first.offset).split('\n').length
    const message = mistakes.map((mistake) => printed(file, text, mistake)).join('\n\n')
    return new DataError(unknown ? 'unknown-encoding' : 'document', message, { file, line })
  }
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const [syntax] = errors
  if (!root || syntax) {
    const what = syntax
      ? printParseErrorCode(syntax.error)
          .replace(/(?<=.)([A-Z])/g, ' $1')
          .toLowerCase()
      : 'empty document'
    throw refuse([
      { pointer: '', message: `syntax error: ${what}`, offset: syntax?.offset ?? 0, length: syntax?.length ?? 1 },
    ])
  }
  const document = plain(root)
  const mistakes = mistakesOf(root, document)
  if (mistakes.length > 0) throw refuse(mistakes)
  const known = document as DataDocument
  if (!known.events && !known.test) {
    const message = 'missing property "events"'
    throw refuse([{ pointer: '/', message, offset: root.offset, length: 1, hint: '"events": { "file": "…" }' }])
  }
  return known
}
