import { readFile, stat } from 'node:fs/promises'
import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { Value } from 'typebox/value'
import { isBound } from '../columns/where.js'
import { DataError } from '../error.js'
import { checkFile } from '../files/path.js'
import { withoutSecrets } from '../postgres/secret.js'
import { dialectProblem, entriesOf } from './entries.js'
import { excerptOf } from './excerpt.js'
import { vectorsOf, vectorsProblem } from './named.js'
import { DataDocument } from './schema.js'
import { hiddenConnections, sourceMistakes } from './source.js'

/** What is wrong in a data document, and where. */
export interface Mistake {
  readonly pointer: string
  readonly message: string
  readonly offset: number
  readonly length: number
  readonly hint?: string
}

/** A mistake with its line, and a caret below the word. */
const withExcerpt = (path: string, text: string, { pointer, message, offset, length, hint }: Mistake): string => {
  const { line, column, lines } = excerptOf(text, offset, length)
  return [
    `${pointer === '' ? '' : `${pointer}: `}${message}`,
    `  --> ${path}:${line}:${column}`,
    ...lines,
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join('\n')
}

/** The largest data document, in bytes, and how deep its values may be nested. */
const [MAX_BYTES, MAX_DEPTH] = [2 ** 20, 64]

/** Where a value begins that is nested too deep for a recursive parser. */
const tooDeep = (text: string): number | undefined => {
  const scanner = createScanner(text, true)
  let depth = 0
  while (scanner.getPosition() < text.length) {
    scanner.scan()
    const start = text[scanner.getTokenOffset()]
    if (start === '{' || start === '[') depth++
    if (start === '}' || start === ']') depth--
    if (depth > MAX_DEPTH) return scanner.getTokenOffset()
  }
  return undefined
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

const suggestion = (word: string, known: readonly string[]): string => {
  const near = known.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far)[0]
  return near && near.far < 0.4 * word.length + 1 ? `did you mean "${near.name}"?` : `known are ${known.join(', ')}`
}

const segments = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))

const at = (root: Node, path: readonly (string | number)[]): Node | undefined => findNodeAtLocation(root, [...path])

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly string[]
  readonly description?: string
}

/** The schema at a place of the document; of alternatives the one with properties. */
const schemaAt = (path: readonly (string | number)[]): Schema =>
  path.reduce<Schema>(
    (outer, part) => {
      const schema =
        outer.anyOf?.find(({ properties, items }) => (typeof part === 'number' ? items : properties)) ?? outer
      const { properties, patternProperties, items } = schema
      if (typeof part === 'string' && properties && Object.hasOwn(properties, part)) return properties[part]!
      return items ?? Object.values(patternProperties ?? {})[0] ?? {}
    },
    DataDocument as unknown as Schema,
  )

/** The names of the properties at a place. */
const propertiesAt = (path: readonly (string | number)[]): readonly string[] => {
  const schema = schemaAt(path)
  return Object.keys((schema.anyOf?.find(({ properties }) => properties) ?? schema).properties ?? {})
}

/** The value of a JSON node; a key like `__proto__` is an own property. */
const jsonValue = (node: Node): unknown => {
  if (node.type === 'array') return (node.children ?? []).map(jsonValue)
  if (node.type !== 'object') return node.value
  const result: Record<string, unknown> = {}
  for (const { children } of node.children ?? [])
    Object.defineProperty(result, children![0]!.value, {
      value: jsonValue(children![1]!),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return result
}

/** Every key that an object has twice. */
const duplicateProperties = (node: Node, pointer: string): Mistake[] => {
  const children = node.children ?? []
  if (node.type === 'array')
    return children.flatMap((child, index) => duplicateProperties(child, `${pointer}/${index}`))
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
    return [...(twice ? [mistake] : []), ...duplicateProperties(value, here)]
  })
}

const mistakesOf = (root: Node, document: unknown): Mistake[] => {
  const duplicates = duplicateProperties(root, '')
  const twice = new Set(duplicates.map(({ pointer }) => pointer))
  const sources = sourceMistakes(root).filter(({ pointer }) => !twice.has(pointer))
  const mistakes: Mistake[] = [...duplicates, ...sources]
  const seen = new Set(sources.map(({ pointer }) => pointer))
  for (const error of Value.Errors(DataDocument, document)) {
    const path = segments(error.instancePath)
    const node = at(root, path) ?? root
    const schema = schemaAt(path)
    const params = error.params as Record<string, unknown>
    const add = (pointer: string, message: string, at: Node, hint?: string) => {
      if (seen.has(pointer)) return
      seen.add(pointer)
      mistakes.push({ pointer, message, offset: at.offset, length: at.length, ...(hint === undefined ? {} : { hint }) })
    }
    if (error.keyword === 'boolean') {
      // a schema of false is where no property may be
      const known = propertiesAt(path.slice(0, -1))
      const name = String(path.at(-1))
      add(error.instancePath, `unknown property "${name}"`, node.parent?.children?.[0] ?? node, suggestion(name, known))
    } else if (error.keyword === 'required') {
      for (const name of params['requiredProperties'] as string[])
        add(`${error.instancePath}`, `missing property "${name}"`, node)
    } else if (error.keyword === 'enum' && typeof node.value === 'string') {
      const allowed = schema.enum ?? []
      add(error.instancePath, `unknown ${path.at(-1)} "${node.value}"`, node, suggestion(node.value, allowed))
    } else if (![...seen].some((pointer) => pointer.startsWith(error.instancePath) && pointer !== error.instancePath)) {
      const { description } = schema
      const got = node.type === 'object' || node.type === 'array' ? `an ${node.type}` : JSON.stringify(node.value)
      add(error.instancePath, `invalid value ${got}, ${error.message}`, node, description)
    }
  }
  return mistakes.sort((a, b) => a.offset - b.offset)
}

/** Reads a data document; throws one `DataError` that shows every mistake with its line. */
export const parseDocument = async (file: string): Promise<DataDocument> => {
  await checkFile(file)
  const { size } = await stat(file)
  if (size > MAX_BYTES)
    throw new DataError('document', `invalid data document of ${size} bytes, expected at most ${MAX_BYTES}`, {
      file,
      hint: 'rows belong in a .jsonl, .csv or .parquet file',
    })
  const written = await readFile(file, 'utf8')
  let text = withoutSecrets(written)
  const refuse = (mistakes: readonly Mistake[]) => {
    const first = mistakes[0]!
    const unknown = mistakes.length === 1 && first.pointer.endsWith('/encoding') && first.message.startsWith('unknown')
    const line = text.slice(0, first.offset).split('\n').length
    const message = mistakes.map((mistake) => withExcerpt(file, text, mistake)).join('\n\n')
    return new DataError(unknown ? 'unknown-encoding' : 'document', message, { file, line })
  }
  const deep = tooDeep(written)
  if (deep !== undefined) {
    const message = `invalid document, values are nested more than ${MAX_DEPTH} levels deep`
    throw refuse([{ pointer: '', message, offset: deep, length: 1 }])
  }
  const errors: ParseError[] = []
  const root = parseTree(written, errors, { allowTrailingComma: true })
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
  if (root.type === 'array') {
    const hint = 'rows belong in a .jsonl file, one object a line, or in a .csv or .parquet file'
    const message = 'invalid data document, expected an object, got a list'
    throw refuse([{ pointer: '', message, offset: root.offset, length: 1, hint }])
  }
  text = hiddenConnections(text, root)
  const document = jsonValue(root)
  const mistakes = mistakesOf(root, document)
  if (mistakes.length > 0) throw refuse(mistakes)
  const known = document as DataDocument
  if (!known.events && !known.test) {
    const message = 'missing property "events"'
    throw refuse([{ pointer: '/', message, offset: root.offset, length: 1, hint: '"events": { "file": "…" }' }])
  }
  const dialects = entriesOf(known, file).flatMap((entry) => {
    const problem = dialectProblem(entry)
    if (!problem) return []
    const { property, message } = problem
    const other = property === 'quote' ? 'delimiter' : 'quote'
    const places = [entry.purpose, 'events'].flatMap((purpose) => [property, other].map((name) => [purpose, name]))
    const found = [...places, [entry.purpose]].find((path) => at(root, path))!
    const node = at(root, found)!
    return [{ pointer: `/${found.join('/')}`, message, offset: node.offset, length: node.length }]
  })
  const misplaced = vectorsOf(known, file).flatMap((entry) => {
    const problem = vectorsProblem(entry)
    if (!problem) return []
    const path = ['vectors', entry.name, problem.property]
    const node = at(root, path)!
    return [{ pointer: `/${path.join('/')}`, message: problem.message, offset: node.offset, length: node.length }]
  })
  const filters = entriesOf(known, file).flatMap((entry) => {
    const conditions = entry.where ?? []
    // what a test entry takes from the events is shown there
    const node = at(root, [entry.purpose, 'where'])
    const mistake = (message: string) =>
      node ? [{ pointer: `/${entry.purpose}/where`, message, offset: node.offset, length: node.length }] : []
    if (entry.layout === 'lists' && (conditions.length > 0 || entry.derive))
      return mistake('lists have no columns, a filter needs the layout "rows"')
    return conditions.flatMap(({ column, ...tests }) => {
      if (Object.keys(tests).length === 0)
        return mistake(`missing test of "${column}", expected atLeast, atMost, equals, in, not or missing`)
      return [tests.atLeast, tests.atMost].flatMap((bound) =>
        bound === undefined || isBound(bound)
          ? []
          : mistake(`invalid bound "${bound}" of "${column}", expected a number, or a date as "2000-01-31"`),
      )
    })
  })
  const problems = [...dialects, ...misplaced, ...filters]
  if (problems.length > 0) throw refuse(problems)
  return known
}
