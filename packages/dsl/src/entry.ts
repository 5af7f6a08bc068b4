import type { Chosen, Entity, Target } from '@recspec/core'
import type { Catalog } from './catalog.js'
import type { Mistake, Report } from './diagnostic.js'
import { Embedding, evaluationEntry, Head, inputEntry, lossEntry, opEntry, readNames, solverEntry } from './grammar.js'
import { fillDefaults, matchesSchema, mostNumber, operatorValues } from './jsonschema.js'
import {
  invalidRange,
  invalidValue,
  type Kind,
  listedTwice,
  missingProperty,
  tableParameters,
  targetKinds,
} from './messages.js'
import { isObject, type Path } from './pointer.js'
import type { EmbeddingSpec, HeadSpec, InputReads, InputSpec, OpSpec, Params, SolverSpec } from './spec.js'
import type { Suggest } from './suggest.js'
import { explainUnknownType } from './unknowntype.js'
import type { Schema } from './violations.js'

/** What the functions that read entries share. */
export interface EntryContext {
  readonly catalog: Catalog
  readonly report: Report
  readonly suggest: Suggest
}

/** An entry as it was written. */
export interface Entry {
  readonly name: string
  readonly path: Path
  readonly value: Readonly<Record<string, unknown>>
}

/** An entry of `inputs`. */
export const readInput = ({ name, path, value }: Entry, reading: EntryContext): InputSpec => {
  const { type, definition, filled } = readTyped(reading, 'input', value, path, reading.catalog.inputs, inputEntry)
  if (!filled) return { name, path, type, ...(definition && { definition }) }
  const { type: _, entity, ...rest } = filled
  // a property such as `column` may be a parameter of an input that reads none
  const reads = readNames(definition!)
  const pick = (of: boolean) => Object.fromEntries(Object.entries(rest).filter(([key]) => reads.includes(key) === of))
  return {
    name,
    path,
    type,
    definition: definition!,
    entity: entity as Entity,
    reads: pick(true) as InputReads,
    params: pick(false),
  }
}

/**
 * An entry of `embeddings`: it needs a `dim`, or the `table` of another embedding, which then has all properties of the
 * table.
 */
export const readEmbedding = ({ name, path, value }: Entry, { report, suggest }: EntryContext): EmbeddingSpec => {
  let valid = true
  let misspelt = false
  const note: Report = (where, mistake) => {
    valid = false
    misspelt ||= /"(dim|table)"/.test(mistake.hint ?? '')
    report(where, mistake)
  }
  matchesSchema(Embedding, value, path, note, suggest)
  const { table } = value
  if (table === undefined) {
    if (value['dim'] === undefined && !misspelt) note(path, missingProperty('dim'))
  } else
    for (const property of ['dim', 'init', 'l2', 'nu'])
      if (Object.hasOwn(value, property))
        note([...path, property], tableParameters(property, typeof table === 'string' ? table : ''))
  const properties = Embedding['properties'] as object
  const known = Object.fromEntries(Object.entries(value).filter(([key]) => Object.hasOwn(properties, key)))
  const { input, table: _, ...rest } = known
  return {
    ...(table === undefined && tableDefaults),
    ...rest,
    ...(isName(input) && { input }),
    // an invalid `table` still means that the embedding has no table of its own
    ...(table !== undefined && { table: isName(table) ? table : (null as never) }),
    name,
    path,
    valid,
  }
}

/** Defaults of the properties of a table. */
export const tableDefaults = { init: 'normal', l2: 0, nu: 1 } as const

/** An entry of `ops`. */
export const readOp = ({ name, path, value }: Entry, reading: EntryContext): OpSpec => {
  const { type, definition, filled } = readTyped(reading, 'operator', value, path, reading.catalog.layers, opEntry)
  const inputs = nameList(value['inputs'])
  const { type: _, inputs: __, ...params } = filled ?? {}
  return { name, path, type, ...(definition && { definition }), ...(inputs && { inputs }), ...(filled && { params }) }
}

/** An entry of `heads`. */
export const readHead = ({ name, path, value }: Entry, reading: EntryContext): HeadSpec => {
  const { report, suggest, catalog } = reading
  let valid = matchesSchema(Head, value, path, report, suggest)
  const filled = fillDefaults(Head, value) as Record<string, unknown>
  const written = value['loss']
  const loss = isObject(written)
    ? readTyped(reading, 'loss', written, [...path, 'loss'], catalog.losses, lossEntry)
    : undefined
  const { type: _, ...params } = loss?.filled ?? {}
  const samplers = loss?.filled
    ? readSamplers(lossEntry(loss.definition!), loss.filled, [...path, 'loss'], reading)
    : []
  if (!samplers) valid = false
  const inputs = nameList(value['inputs'])
  const { target } = value
  for (const key of ['range', 'clip']) {
    const pair: unknown = isObject(target) ? target[key] : undefined
    if (!Array.isArray(pair) || !pair.every((end) => typeof end === 'number' && Math.abs(end) <= mostNumber)) continue
    const [low, high] = pair as [number, number]
    if (!(low >= high)) continue
    report([...path, 'target', key], invalidRange(key, pair))
    valid = false
  }
  if (isObject(target))
    for (const { key, mistake } of targetMistakes(target)) {
      report([...path, 'target', key], mistake)
      valid = false
    }
  return {
    name,
    path,
    ...(inputs && { inputs }),
    ...(loss?.filled && { loss: { type: loss.type, definition: loss.definition!, params } }),
    ...(target !== undefined && { target: filled['target'] as string | Target }),
    weight: filled['weight'] as HeadSpec['weight'],
    ...(valid && value['examples'] !== undefined && { examples: value['examples'] as 'events' | 'sequences' }),
    ...(typeof value['ranks'] === 'boolean' && { ranks: value['ranks'] }),
    samplers: samplers ?? [],
    valid: valid && loss?.filled !== undefined,
  }
}

/** Properties of a target that exclude each other, and classes that are written twice. */
const targetMistakes = (target: Params): readonly { readonly key: string; readonly mistake: Mistake }[] => {
  const [kind, ...others] = ['positive', 'atLeast', 'classes'].filter((key) => target[key] !== undefined)
  if (kind === undefined) return []
  const scales = ['range', 'clip'].filter((key) => target[key] !== undefined)
  const { classes } = target
  const names = Array.isArray(classes) ? classes.map(String) : []
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  return [
    ...[...others, ...scales].map((key) => ({ key, mistake: targetKinds(key, kind) })),
    ...(twice === undefined ? [] : [{ key: 'classes', mistake: listedTwice(twice) }]),
  ]
}

/** A solver, alone or one of a list. */
export const readSolver = (path: Path, value: Params, reading: EntryContext): SolverSpec => {
  const { type, definition, filled } = readTyped(reading, 'solver', value, path, reading.catalog.solvers, solverEntry)
  const { type: _, heads, trains, ...params } = filled ?? {}
  return {
    path,
    type,
    ...(definition && { definition }),
    ...(filled && { params }),
    ...(heads !== undefined && { heads: heads as string[] }),
    ...(trains !== undefined && { trains: trains as string[] }),
  }
}

/** A split or candidate set with its defaults; undefined where something about it is wrong. */
export const readEvaluation = <D extends { params: object; summary: string }>(
  path: Path,
  kind: Kind,
  value: Params,
  known: ReadonlyMap<string, D>,
  reading: EntryContext,
): Chosen<D> | undefined => {
  const { type, definition, filled } = readTyped(reading, kind, value, path, known, evaluationEntry)
  if (!definition || !filled) return undefined
  const { type: _, ...params } = filled
  return { type, definition, params }
}

/** Checks the samplers that a loss's parameters name; their names, or undefined where one is wrong. */
const readSamplers = (
  schema: Schema,
  filled: Params,
  path: Path,
  reading: EntryContext,
): readonly string[] | undefined => {
  const { catalog, report, suggest } = reading
  let valid = true
  const named = operatorValues(schema, filled, path).filter(({ section }) => section === 'samplers')
  const names = named.map(({ path: at, value }) => {
    const typed = isObject(value)
    const type = typed ? String(value['type']) : String(value)
    if (typed) valid &&= readEvaluation(at, 'sampler', value, catalog.samplers, reading) !== undefined
    else if (!catalog.samplers.has(type)) {
      report(at, explainUnknownType('sampler', type, catalog.samplers, catalog, suggest))
      valid = false
    }
    return type
  })
  return valid ? names : undefined
}

interface TypedParams<D> {
  readonly type: string
  readonly definition?: D
  /** Present where the entry is right. */
  readonly filled?: Record<string, unknown>
}

/** Finds the operator of an entry's `type` and checks the entry against its schema. */
const readTyped = <D>(
  { catalog, report, suggest }: EntryContext,
  kind: Kind,
  value: Params,
  path: Path,
  known: ReadonlyMap<string, D>,
  schemaOf: (definition: D) => Schema,
): TypedParams<D> => {
  const { type } = value
  if (typeof type !== 'string') {
    if (type === undefined) report(path, missingProperty('type'))
    else report([...path, 'type'], invalidValue('"type"', 'a string', type))
    return { type: '' }
  }
  const definition = known.get(type)
  if (definition === undefined) {
    report([...path, 'type'], explainUnknownType(kind, type, known, catalog, suggest))
    return { type }
  }
  const schema = schemaOf(definition)
  if (!matchesSchema(schema, value, path, report, suggest)) return { type, definition }
  return { type, definition, filled: fillDefaults(schema, value) as Record<string, unknown> }
}

const nameList = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every(isName) ? value : undefined

/** Whether the grammar accepts a value as a name; other values have a diagnostic already. */
const isName = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 300
