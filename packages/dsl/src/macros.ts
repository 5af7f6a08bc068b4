import { type InputNode, isMacro, type Layer, type Macro, startsAsVectors } from '@recspec/core'
import type { Catalog } from './catalog.js'
import type { Mistake, Report } from './diagnostic.js'
import { tableDefaults } from './entry.js'
import { Embedding, opEntry } from './grammar.js'
import { givesOf } from './inputs.js'
import { fillDefaults, matchesSchema } from './jsonschema.js'
import { invalidMacro, macroFault, quote, show, tooLargeExpanded } from './messages.js'
import { callOperator } from './operator.js'
import { limits } from './parse.js'
import { isObject } from './pointer.js'
import { type Assigned, assignPorts } from './ports.js'
import type { References } from './references.js'
import type { EmbeddingSpec, OpSpec, Params, Spec } from './spec.js'
import type { Suggest } from './suggest.js'
import { toposort } from './toposort.js'

/** A primitive op with its parameters and the nodes at its ports. */
export interface Primitive extends OpSpec {
  readonly definition: Layer
  readonly params: Params
  readonly inputs: readonly string[]
  readonly ports: Assigned
}

/** A document without macros. */
export interface Primitives {
  readonly embeddings: ReadonlyMap<string, EmbeddingSpec>
  readonly ops: ReadonlyMap<string, Primitive>
  /** By a macro's name: the part that its name means in `inputs`. */
  readonly outputs: ReadonlyMap<string, string>
  /** By a macro's name: its embeddings and ops. */
  readonly parts: ReadonlyMap<string, readonly string[]>
}

/** Macros inside macros, at most. */
const deepest = 16

/** An expansion of the right form; its entries are not checked yet. */
interface CheckedExpansion {
  readonly embeddings: readonly (readonly [string, Params])[]
  readonly ops: readonly (readonly [string, Params & { readonly type: string; readonly inputs: readonly string[] }])[]
  readonly output: string
}

/**
 * Expands macros, those inside macros too, to parts called `<name>/<part>`. A mistake in an expansion is reported at
 * the
 * op of the document, and its parts are left out.
 */
export const expandMacros = (
  spec: Spec,
  resolved: ReadonlyMap<string, InputNode>,
  references: References,
  catalog: Catalog,
  report: Report,
  suggest: Suggest,
): Primitives => {
  const embeddings = new Map<string, EmbeddingSpec>()
  const ops = new Map<string, Primitive>()
  const outputs = new Map<string, string>()
  const parts = new Map<string, readonly string[]>()
  /** Values and characters of all expansions so far. */
  const size = { values: 0, characters: 0 }
  for (const name of references.embeddings) embeddings.set(name, spec.embeddings.get(name)!)

  const expand = (op: OpSpec, definition: Macro, ports: Assigned, depth: number): boolean => {
    const origin = op.origin ?? { type: op.type, name: op.name, inputs: op.inputs! }
    const refuse = (mistake: Mistake): false => {
      report(op.path, mistake)
      return false
    }
    const fault = (sentence: string) => refuse(macroFault(origin.type, sentence))
    // values and names that the document gave may be what a part refuses
    const invalid = (sentence: string) => refuse(invalidMacro(origin.type, sentence))
    if (depth === deepest) return fault(`expands to itself more than ${deepest} times`)
    const call = { type: op.type, method: 'expand', path: op.path }
    const as: Report = (_, mistake) =>
      void (mistake.code === 'plugin-error' ? refuse(mistake) : refuse({ ...mistake, code: 'invalid-macro' }))
    const returned = callOperator(call, as, () => definition.expand(op.params as never, ports as never))
    if (!returned) return false
    if (leastValues(returned.value) > limits.values) return refuse(tooLargeExpanded(origin.type, limits.values))
    const expansion = checkedExpansion(returned.value)
    if (typeof expansion === 'string') return fault(expansion)

    const local = (name: string) => (name.startsWith('.') ? `${op.name}/${name.slice(1)}` : name)
    const names: string[] = []
    const grow = (name: string, values: number): boolean => {
      size.values += values
      size.characters += name.length
      return size.values <= limits.values && size.characters <= limits.bytes
    }
    for (const [part, entry] of expansion.embeddings) {
      const name = `${op.name}/${part}`
      if (!grow(name, 3)) return refuse(tooLargeExpanded(origin.type, limits.values))
      if (isTaken(name)) return invalid(`makes the name ${quote(name)}, which the document has`)
      const sentence = placeEmbedding(name, entry, local)
      if (sentence !== undefined) return invalid(`makes an invalid embedding ${quote(part)}: ${sentence}`)
      names.push(name)
    }
    for (const [part, entry] of expansion.ops) {
      const name = `${op.name}/${part}`
      if (!grow(name, 2 + Object.keys(entry).length + entry.inputs.length))
        return refuse(tooLargeExpanded(origin.type, limits.values))
      if (isTaken(name)) return invalid(`makes the name ${quote(name)}, which the document has`)
      const placed = placeOp(entry, { ...op, name, origin }, local, depth + 1)
      if (typeof placed === 'string') return invalid(placed)
      if (!placed) return false
      names.push(...(parts.get(name) ?? [name]))
    }
    const output = `${op.name}/${expansion.output}`
    outputs.set(op.name, outputs.get(output) ?? output)
    parts.set(op.name, names)
    return true
  }

  const isTaken = (name: string) =>
    ops.has(name) || embeddings.has(name) || spec.ops.has(name) || spec.embeddings.has(name) || spec.inputs.has(name)

  /** Adds a macro's embedding; returns what is wrong with it. */
  const placeEmbedding = (name: string, entry: Params, local: (name: string) => string): string | undefined => {
    const sentence = firstMistake((note) => matchesSchema(Embedding, entry, [], note, suggest))
    if (sentence !== undefined) return sentence
    const { table, input, dim, combine, init } = entry as {
      table?: string
      input: string
      dim?: number
      combine?: string
      init?: unknown
    }
    const read = local(input)
    const source = spec.inputs.get(read)
    if (!source) return `unknown input ${quote(input)}`
    if (givesOf(spec, source) === 'numbers') return `input ${quote(input)} gives numbers, expected rows`
    if (combine !== undefined && resolved.get(read)?.shape.length === 0)
      return `input ${quote(input)} gives one row, expected several for "combine"`
    if (startsAsVectors(init) && source.definition && !source.definition.labels)
      return `the rows of input ${quote(input)} have no texts by which they could have vectors`
    if (table === undefined && dim === undefined) return 'missing property "dim"'
    const defaults = table === undefined ? tableDefaults : {}
    const shared = table === undefined ? {} : { table: local(table) }
    if (shared.table !== undefined && !embeddings.has(shared.table)) return `unknown embedding ${quote(table!)}`
    embeddings.set(name, { ...defaults, ...entry, input: read, ...shared, name, path: [], valid: true })
    return undefined
  }

  /** Adds a macro's op, or its parts; returns a sentence where it is wrong, false where that is reported already. */
  const placeOp = (
    entry: CheckedExpansion['ops'][number][1],
    like: OpSpec,
    local: (name: string) => string,
    depth: number,
  ): boolean | string => {
    const definition = catalog.layers.get(entry.type)
    if (!definition) return `needs the operator ${quote(entry.type)}`
    const schema = opEntry(definition)
    const sentence = firstMistake((note) => matchesSchema(schema, entry, [], note, suggest))
    if (sentence !== undefined) return `makes an invalid ${quote(entry.type)}: ${sentence}`
    const { type: _, inputs: __, ...params } = fillDefaults(schema, entry) as Record<string, unknown>
    const inputs = entry.inputs.map(local)
    const ports = assignPorts(definition.inputs, inputs)
    if (!ports) return `gives ${quote(entry.type)} ${inputs.length} inputs`
    return place({ ...like, type: entry.type, definition, inputs, params }, ports, depth)
  }

  const place = (op: OpSpec, ports: Assigned, depth: number): boolean => {
    const { definition, params } = op
    if (isMacro(definition!)) return expand(op, definition, ports, depth)
    ops.set(op.name, { ...op, definition: definition!, params: params!, inputs: op.inputs!, ports })
    return true
  }

  /** Removes the parts of a macro that has a mistake. */
  const removeParts = (macro: string) => {
    for (const [name, { origin }] of ops) if (origin?.name === macro) ops.delete(name)
    for (const name of embeddings.keys())
      if (name.startsWith(`${macro}/`) && !spec.embeddings.has(name)) embeddings.delete(name)
  }

  for (const op of spec.ops.values()) {
    const ports = references.ports.get(op.name)
    if (!ports || !op.params) continue
    const isPlaced = place(op, ports, 0)
    if (!isPlaced) removeParts(op.name)
    // all further expansions would exceed the limit too
    if (!isPlaced && size.values > limits.values) break
  }
  const meant = (name: string) => outputs.get(name) ?? name
  for (const [name, op] of ops)
    ops.set(name, {
      ...op,
      inputs: op.inputs.map(meant),
      ports: Object.fromEntries(Object.entries(op.ports).map(([port, names]) => [port, names.map(meant)])),
    })
  for (const macro of reportParts(spec, { embeddings, ops, outputs, parts }, report)) {
    removeParts(macro)
    outputs.delete(macro)
    parts.delete(macro)
  }
  return { embeddings, ops, outputs, parts }
}

/** The message of the first mistake that a check reports. */
const firstMistake = (run: (note: Report) => unknown): string | undefined => {
  let first: string | undefined
  run((_, { message }) => {
    first ??= message
  })
  return first
}

/** Values that an expansion holds at least: each op is an object with a type and a list. */
const leastValues = (value: unknown): number =>
  isObject(value) && isObject(value['ops']) ? 3 * Object.keys(value['ops']).length : 0

/** The expansion that a macro returned, or a sentence about what is wrong with its form. */
const checkedExpansion = (value: unknown): CheckedExpansion | string => {
  if (!isObject(value)) return `expands to ${show(value)}, expected an object with "ops" and "output"`
  const { embeddings = {}, ops, output } = value
  if (!isObject(ops) || !isObject(embeddings)) return 'expands to no object of "ops"'
  if (typeof output !== 'string')
    return `expands to the "output" ${show(output)}, expected the name of one of its parts`
  for (const [section, entries] of [['embeddings', embeddings] as const, ['ops', ops] as const])
    for (const [name, entry] of Object.entries(entries)) {
      if (!/^[^./~ ][^/~ ]{0,127}$/u.test(name)) return `makes the invalid name ${quote(name)}`
      if (!isObject(entry)) return `makes ${show(entry)} of ${quote(name)} in "${section}", expected an object`
      if (section === 'embeddings') continue
      if (Object.hasOwn(embeddings, name)) return `makes the name ${quote(name)} twice`
      const { type, inputs } = entry
      if (typeof type !== 'string') return `makes no "type" of ${quote(name)}`
      if (!Array.isArray(inputs) || !inputs.every((input) => typeof input === 'string'))
        return `makes no list of names of the "inputs" of ${quote(name)}`
    }
  const part = output.startsWith('.') ? output.slice(1) : output
  if (!Object.hasOwn(ops, part) && !Object.hasOwn(embeddings, part)) return `has the unknown "output" ${quote(output)}`
  return { embeddings: Object.entries(embeddings), ops: Object.entries(ops), output: part } as CheckedExpansion
}

/** Reports parts of macros that read unknown nodes, the wrong kind of input, or each other in a cycle. */
const reportParts = (spec: Spec, { embeddings, ops, outputs }: Primitives, report: Report): ReadonlySet<string> => {
  const blamed = new Set<string>()
  const blame = (op: Primitive, sentence: string) => {
    if (!op.origin || blamed.has(op.origin.name)) return
    blamed.add(op.origin.name)
    report(op.path, macroFault(op.origin.type, sentence))
  }
  const problem = (name: string, kind: string): string | undefined => {
    const input = spec.inputs.get(name)
    if (kind === 'rows')
      return input ? (givesOf(spec, input) === 'numbers' ? 'gives numbers' : undefined) : 'is no input'
    if (input) return givesOf(spec, input) === 'rows' ? 'gives rows' : undefined
    // an entry that is broken has a diagnostic of its own
    const known =
      embeddings.has(name) || ops.has(name) || outputs.has(name) || spec.ops.has(name) || spec.embeddings.has(name)
    return known ? undefined : 'is unknown'
  }
  const made = new Map<string, readonly string[]>()
  for (const [name, op] of ops) {
    if (!op.origin) continue
    made.set(name, op.inputs)
    for (const [port, names] of Object.entries(op.ports))
      for (const read of names) {
        const sentence = problem(read, op.definition.inputs[port]!)
        if (sentence !== undefined) blame(op, `makes ${quote(op.type)} read ${quote(read)}, which ${sentence}`)
      }
  }
  for (const [name] of toposort(made).cycles) blame(ops.get(name!)!, `makes a cycle: ${quote(name!)} reads itself`)
  return blamed
}

/** The properties of an embedding that a document may write, in their order. */
export const embeddingKeys: readonly string[] = Object.keys(Embedding['properties'] as object)
