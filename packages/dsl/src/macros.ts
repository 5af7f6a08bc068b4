import { type EmbeddingEntry, isMacro, type Layer, type Macro, type OpEntry } from '@recspec/core'
import type { Catalog } from './catalog.js'
import type { Report } from './diagnostic.js'
import { tableDefaults } from './entry.js'
import { Embedding, opEntry } from './grammar.js'
import { fillDefaults, matchesSchema } from './jsonschema.js'
import { expansion } from './messages.js'
import { type Assigned, assignPorts } from './ports.js'
import type { References } from './references.js'
import type { EmbeddingSpec, OpSpec, Params, Spec } from './spec.js'
import type { Suggest } from './suggest.js'

/** A primitive op, its parameters and the nodes at its ports known. */
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

const deepest = 16

/** Expands macros, those inside macros too, to parts called `<name>/<part>`; what is wrong in them is said of the macro. */
export const expandMacros = (
  spec: Spec,
  links: References,
  catalog: Catalog,
  report: Report,
  suggest: Suggest,
): Primitives => {
  const embeddings = new Map<string, EmbeddingSpec>()
  const ops = new Map<string, Primitive>()
  const outputs = new Map<string, string>()
  const parts = new Map<string, readonly string[]>()
  for (const name of links.embeddings) embeddings.set(name, spec.embeddings.get(name)!)

  const place = (op: OpSpec, ports: Assigned, depth: number): boolean => {
    const definition = op.definition!
    const params = op.params!
    if (!isMacro(definition)) {
      ops.set(op.name, { ...op, definition, params, inputs: op.inputs!, ports })
      return true
    }
    const fault = (sentence: string): undefined => {
      report(op.path, expansion(op.origin?.type ?? op.type, sentence))
    }
    if (depth === deepest) return fault(`expands to itself more than ${deepest} times`) ?? false
    let expanded: ReturnType<Macro['expand']>
    try {
      expanded = definition.expand(params as never, ports as never)
    } catch (error) {
      return fault((error as Error).message) ?? false
    }
    const origin = op.origin ?? { type: op.type, inputs: op.inputs! }
    const local = (name: string) => (name.startsWith('.') ? `${op.name}/${name.slice(1)}` : name)
    const names: string[] = []
    for (const [part, entry] of Object.entries(expanded.embeddings ?? {})) {
      const mistake = placeEmbedding(`${op.name}/${part}`, entry, local)
      if (mistake !== undefined) return fault(`makes an invalid embedding: ${mistake}`) ?? false
      names.push(`${op.name}/${part}`)
    }
    for (const [part, entry] of Object.entries(expanded.ops)) {
      const name = `${op.name}/${part}`
      const whole = checked(entry, { ...op, name, origin }, local, fault)
      if (!whole || !place(whole.op, whole.ports, depth + 1)) return false
      names.push(...(parts.get(name) ?? [name]))
    }
    const output = `${op.name}/${expanded.output}`
    outputs.set(op.name, outputs.get(output) ?? output)
    parts.set(op.name, names)
    return true
  }

  /** Adds a macro's embedding; returns what is wrong with it. */
  const placeEmbedding = (name: string, entry: EmbeddingEntry, local: (name: string) => string): string | undefined => {
    let first: string | undefined
    const note: Report = (_, { message }) => {
      first ??= message
    }
    if (!matchesSchema(Embedding, { ...entry }, [], note, suggest)) return first
    const { table, input } = entry
    const defaults = table === undefined ? tableDefaults : {}
    const sharing = table === undefined ? {} : { table: local(table) }
    embeddings.set(name, { ...defaults, ...entry, input: local(input), ...sharing, name, path: [], valid: true })
    return undefined
  }

  /** A part held to its operator's schema: a macro may pass on a value that a part refuses. */
  const checked = (
    entry: OpEntry,
    like: OpSpec,
    local: (name: string) => string,
    fault: (sentence: string) => undefined,
  ) => {
    const definition = catalog.layers.get(entry.type)
    if (!definition) return fault(`needs the operator "${entry.type}"`)
    const schema = opEntry(definition)
    let first: string | undefined
    const written = { ...entry, inputs: [...entry.inputs] }
    const note: Report = (_, { message }) => {
      first ??= message
    }
    if (!matchesSchema(schema, written, [], note, suggest)) return fault(`makes an invalid "${entry.type}": ${first}`)
    const { type, inputs: _, ...params } = fillDefaults(schema, written) as Record<string, unknown>
    // a macro placed before this one in the same expansion stands for its output
    const inputs = entry.inputs.map(local)
    const ports = assignPorts(definition.inputs, inputs)
    if (!ports) return fault(`gives "${entry.type}" ${inputs.length} inputs`)
    return { op: { ...like, type: String(type), definition, inputs, params }, ports }
  }

  for (const op of spec.ops.values()) {
    const ports = links.ports.get(op.name)
    if (ports && op.params) place(op, ports, 0)
  }
  const meant = (name: string) => outputs.get(name) ?? name
  for (const [name, op] of ops)
    ops.set(name, {
      ...op,
      inputs: op.inputs.map(meant),
      ports: Object.fromEntries(Object.entries(op.ports).map(([port, names]) => [port, names.map(meant)])),
    })
  return { embeddings, ops, outputs, parts }
}

/** The properties of an embedding that a document may write, in their order. */
export const embeddingKeys: readonly string[] = Object.keys(Embedding['properties'] as object)
