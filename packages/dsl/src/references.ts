import { type InputNode, isMacro, startsAsVectors } from '@recspec/core'
import type { Mistake, Report } from './diagnostic.js'
import { givesOf, readAlong } from './inputs.js'
import {
  arity,
  combinesOneRow,
  cycle,
  didYouMean,
  givesNumbers,
  givesRows,
  isHead,
  isPart,
  tableChain,
  unknownEmbeddingInput,
  unknownNode,
  unknownPortInput,
  unknownTable,
  unnamedRows,
  unusedNode,
} from './messages.js'
import { type Assigned, assignPorts, portNames } from './ports.js'
import type { OpSpec, Spec } from './spec.js'
import type { Suggest } from './suggest.js'
import { toposort } from './toposort.js'

/** The resolved references of embeddings and ops. */
export interface References {
  /** The nodes at the ports of each op whose references are all known. */
  readonly ports: ReadonlyMap<string, Assigned>
  /** Embeddings whose input and table are known. */
  readonly embeddings: ReadonlySet<string>
}

/** Resolves the names in embeddings and ops; reports cycles and unused entries. */
export const resolveReferences = (
  spec: Spec,
  resolved: ReadonlyMap<string, InputNode>,
  report: Report,
  suggest: Suggest,
): References => {
  const connected = { yes: spec.connected }
  const embeddings = resolveEmbeddings(spec, resolved, report, suggest, connected)
  const ports = new Map<string, Assigned>()
  const reads = new Map<string, readonly string[]>()
  for (const op of spec.ops.values()) {
    const assigned = resolveOp(spec, op, report, suggest, connected)
    if (assigned) ports.set(op.name, assigned)
    reads.set(op.name, op.inputs ?? [])
  }
  const { cycles } = toposort(reads)
  const circular = new Set<string>()
  const places = new Map([...spec.ops.keys()].map((name, place) => [name, place]))
  for (const names of cycles) {
    // report at the entry that comes first in the document
    const turned = names.slice(0, -1)
    const start = turned.reduce(
      (best, name, index) => (places.get(name)! < places.get(turned[best]!)! ? index : best),
      0,
    )
    const first = turned[start]!
    report(['ops', first, 'inputs'], cycle([...turned.slice(start), ...turned.slice(0, start), first]))
    for (const name of names) {
      circular.add(name)
      ports.delete(name)
    }
  }
  reportUnused(spec, circular, report, connected)
  return { ports, embeddings }
}

/** Names of what ops and heads may read. */
export function* nodeNames(spec: Spec): Iterable<string> {
  yield* spec.ops.keys()
  yield* spec.embeddings.keys()
  for (const input of spec.inputs.values()) if (givesOf(spec, input) !== 'rows') yield input.name
}

/** What is wrong with a name of a node; undefined where the name is known, even if its entry has a mistake. */
export const nodeMistake = (spec: Spec, name: string, suggest: Suggest): Mistake | undefined => {
  if (spec.embeddings.has(name) || spec.ops.has(name)) return undefined
  const input = spec.inputs.get(name)
  if (input) return givesOf(spec, input) === 'rows' ? givesRows(name) : undefined
  if (spec.heads.has(name)) return unknownNode(name, isHead(name))
  const spelling = suggest(name, nodeNames(spec))
  return unknownNode(name, spelling === undefined ? undefined : didYouMean(spelling))
}

const resolveOp = (
  spec: Spec,
  op: OpSpec,
  report: Report,
  suggest: Suggest,
  connected: { yes: boolean },
): Assigned | undefined => {
  const { definition, inputs, path } = op
  if (!inputs) return undefined
  let fine = true
  const wrong = (index: number, mistake: Mistake | undefined) => {
    if (!mistake) return
    fine = false
    if (spec.unreadable && mistake.code.startsWith('unknown')) return
    if (mistake.code.startsWith('unknown')) connected.yes = false
    report([...path, 'inputs', `${index}`], mistake)
  }
  const assigned = definition && assignPorts(definition.inputs, inputs)
  const kinds = assigned
    ? Object.entries(assigned).flatMap(([port, names]) => names.map(() => definition.inputs[port]))
    : []
  inputs.forEach((name, index) => {
    const macro = name.includes('/') ? spec.ops.get(name.slice(0, name.indexOf('/'))) : undefined
    if (macro?.definition && isMacro(macro.definition) && !spec.ops.has(name))
      wrong(index, unknownNode(name, isPart(macro.name)))
    else if (!assigned) wrong(index, spec.inputs.has(name) ? undefined : nodeMistake(spec, name, suggest))
    else if (kinds[index] !== 'rows') wrong(index, nodeMistake(spec, name, suggest))
    else if (!spec.inputs.has(name)) wrong(index, unknownPortInput(name, suggest(name, rowsInputs(spec))))
    else if (givesOf(spec, spec.inputs.get(name)!) === 'numbers') wrong(index, givesNumbers(name))
  })
  if (definition && !assigned) {
    // an entry that seems unused may be the missing input
    connected.yes = false
    report([...path, 'inputs'], arity(op.type, portNames(definition.inputs), inputs.length))
  }
  return fine ? assigned : undefined
}

function* rowsInputs(spec: Spec): Iterable<string> {
  for (const input of spec.inputs.values()) if (givesOf(spec, input) !== 'numbers') yield input.name
}

const resolveEmbeddings = (
  spec: Spec,
  resolved: ReadonlyMap<string, InputNode>,
  report: Report,
  suggest: Suggest,
  connected: { yes: boolean },
): ReadonlySet<string> => {
  const right = new Set<string>()
  for (const { name, path, input, table, combine, init, valid: sound } of spec.embeddings.values()) {
    let fine = sound
    const wrong = (key: string, mistake: Mistake) => {
      fine = false
      if (spec.unreadable && mistake.code.startsWith('unknown')) return
      if (mistake.code.startsWith('unknown')) connected.yes = false
      report([...path, key], mistake)
    }
    if (typeof input === 'string') {
      const read = spec.inputs.get(input)
      if (!read) wrong('input', unknownEmbeddingInput(input, suggest(input, rowsInputs(spec))))
      else if (givesOf(spec, read) === 'numbers') wrong('input', givesNumbers(input))
      else if (combine !== undefined && resolved.get(input)?.shape.length === 0) wrong('combine', combinesOneRow(input))
      else if (sound && startsAsVectors(init) && read.definition && !read.definition.labels)
        wrong('init', unnamedRows(input))
    }
    if (typeof table === 'string') {
      const owner = spec.embeddings.get(table)
      if (!owner) wrong('table', unknownTable(table, suggest(table, spec.embeddings.keys())))
      else if (table === name) wrong('table', tableChain(table, ''))
      else if (owner.table !== undefined)
        wrong('table', tableChain(table, typeof owner.table === 'string' ? owner.table : ''))
    }
    if (fine) right.add(name)
  }
  return right
}

/** Reports entries that no head depends on, of a chain only the last. Reports nothing while a reference is unknown. */
const reportUnused = (spec: Spec, circular: ReadonlySet<string>, report: Report, connected: { yes: boolean }) => {
  const open: string[] = []
  for (const { inputs } of spec.heads.values())
    for (const name of inputs ?? []) {
      const whole = known(spec, name) ? name : name.slice(0, Math.max(0, name.indexOf('/')))
      if (known(spec, whole)) open.push(whole)
      else connected.yes = false
    }
  // a history with a mistake may read another input
  const unread = [...spec.inputs.values()].some(({ params, definition }) => !params && definition?.window)
  if (!connected.yes || unread) return
  const used = new Set<string>()
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (used.has(name)) continue
    used.add(name)
    open.push(...readsOf(spec, name))
  }
  const entries = [...spec.inputs.values(), ...spec.embeddings.values(), ...spec.ops.values()]
  const readSomewhere = new Set(entries.flatMap(({ name }) => readsOf(spec, name)))
  for (const { name, path } of entries) {
    if (used.has(name) || readSomewhere.has(name) || circular.has(name)) continue
    report(path, unusedNode(kinds.get(path[0]!) ?? 'node', name))
  }
}

const kinds = new Map([
  ['inputs', 'input'],
  ['embeddings', 'embedding'],
  ['ops', 'op'],
])

const known = (spec: Spec, name: string): boolean =>
  spec.embeddings.has(name) || spec.ops.has(name) || spec.inputs.has(name)

const readsOf = (spec: Spec, name: string): readonly string[] => {
  const { input, table } = spec.embeddings.get(name) ?? {}
  const read = spec.inputs.get(name)
  return [
    ...(spec.ops.get(name)?.inputs ?? []),
    ...(read ? readAlong(read) : []),
    ...(typeof input === 'string' ? [input] : []),
    ...(typeof table === 'string' ? [table] : []),
  ]
}
