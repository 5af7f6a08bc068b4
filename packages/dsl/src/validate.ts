import type { Entity, Target } from '@recspec/core'
import type { Catalog } from './catalog.js'
import type { Report } from './diagnostic.js'
import {
  Embedding,
  Envelope,
  Head,
  inputEntry,
  lossEntry,
  opEntry,
  type Schema,
  solverEntry,
  splitEntry,
} from './entries.js'
import {
  duplicateName,
  invalidName,
  invalidRange,
  invalidValue,
  type Kind,
  missingProperty,
  tableParameters,
} from './messages.js'
import { isObject, type Path } from './pointer.js'
import { searchPointers } from './search.js'
import type { EmbeddingSpec, HeadSpec, InputSpec, OpSpec, Params, SolverSpec, Spec } from './spec.js'
import type { Suggest } from './suggest.js'
import { unknownHint } from './unknown.js'
import { fill, verify } from './verify.js'

/** Checks the shape of a document, entry by entry, each against the schema of its `type`, and fills in defaults. */
export const validate = (
  document: unknown,
  name: string,
  catalog: Catalog,
  tell: Report,
  suggest: Suggest,
): Spec | undefined => {
  let connected = true
  const wrongSections = new Set<string>()
  const report: Report = (path, mistake) => {
    wrongSections.add(path[0] ?? '')
    tell(path, mistake)
  }
  verify(
    Envelope,
    document,
    [],
    (path, mistake) => {
      // entries and sections that are not even objects may have been read by anything
      if (mistake.code !== 'unknown-property' && ['inputs', 'embeddings', 'ops', 'heads'].includes(path[0] ?? 'heads'))
        connected = false
      report(path, mistake)
    },
    suggest,
  )
  if (!isObject(document)) return undefined
  const normalized = document['normalized'] === true
  checkNames(document, normalized, report)

  const section = <T>(key: string, read: (entry: Entry) => T, broken: (entry: Entry) => T): ReadonlyMap<string, T> => {
    const found = new Map<string, T>()
    const entries = document[key]
    if (!isObject(entries)) return found
    for (const name of Object.keys(entries)) {
      const value = entries[name]
      const path = [key, name]
      found.set(name, isObject(value) ? read({ name, path, value }) : broken({ name, path, value: {} }))
    }
    return found
  }
  const nameless = ({ name, path }: Entry) => ({ name, path, type: '' })

  /** Finds the operator of an entry's `type` and checks the entry against its schema. */
  const typed = <D>(
    kind: Kind,
    value: Readonly<Record<string, unknown>>,
    path: Path,
    known: ReadonlyMap<string, D>,
    schemaOf: (definition: D) => Schema,
  ): { type: string; definition?: D; filled?: Record<string, unknown> } => {
    const { type } = value
    if (typeof type !== 'string') {
      if (type === undefined) report(path, missingProperty('type'))
      else report([...path, 'type'], invalidValue('"type"', 'a text', type))
      return { type: '' }
    }
    const definition = known.get(type)
    if (definition === undefined) {
      report([...path, 'type'], unknownHint(kind, type, known, catalog, suggest))
      return { type }
    }
    const schema = schemaOf(definition)
    if (!verify(schema, value, path, report, suggest)) return { type, definition }
    return { type, definition, filled: fill(schema, value) as Record<string, unknown> }
  }

  const names = (value: unknown): readonly string[] | undefined => {
    if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) return value
    connected = false
    return undefined
  }

  const inputs = section(
    'inputs',
    ({ name, path, value }): InputSpec => {
      const { type, definition, filled } = typed('input', value, path, catalog.inputs, inputEntry)
      if (!filled) return { name, path, type, ...(definition && { definition }) }
      const { type: _, entity, column, ...params } = filled
      return {
        name,
        path,
        type,
        definition: definition!,
        entity: entity as Entity,
        ...(definition!.reads === 'column' && column !== undefined && { column: column as string }),
        params,
      }
    },
    nameless,
  )

  const embeddings = section(
    'embeddings',
    ({ name, path, value }): EmbeddingSpec => {
      let sound = true
      const note: Report = (where, mistake) => {
        sound = false
        report(where, mistake)
      }
      let misspelt = false
      verify(
        Embedding,
        value,
        path,
        (where, mistake) => {
          misspelt ||= /"(dim|table)"/.test(mistake.hint ?? '')
          note(where, mistake)
        },
        suggest,
      )
      if (typeof value['input'] !== 'string') connected = false
      const table = value['table']
      if (table === undefined) {
        if (value['dim'] === undefined && !misspelt) note(path, missingProperty('dim'))
      } else
        for (const property of ['dim', 'init', 'l2', 'nu'])
          if (Object.hasOwn(value, property))
            note([...path, property], tableParameters(property, typeof table === 'string' ? table : ''))
      const known = Object.fromEntries(
        Object.entries(value).filter(([key]) => Object.hasOwn(Embedding['properties'] as object, key)),
      )
      const defaults = table === undefined ? { init: 'normal', l2: 0, nu: 1 } : {}
      return { ...defaults, ...known, name, path, sound }
    },
    ({ name, path }) => ({ name, path, sound: false }),
  )

  const ops = section(
    'ops',
    ({ name, path, value }): OpSpec => {
      const { type, definition, filled } = typed('operator', value, path, catalog.layers, opEntry)
      const inputs = names(value['inputs'])
      const { type: _, inputs: __, ...params } = filled ?? {}
      return {
        name,
        path,
        type,
        ...(definition && { definition }),
        ...(inputs && { inputs }),
        ...(filled && { params }),
      }
    },
    nameless,
  )

  const heads = section(
    'heads',
    ({ name, path, value }): HeadSpec => {
      let sound = verify(Head, value, path, report, suggest)
      const filled = fill(Head, value) as Record<string, unknown>
      const loss = isObject(value['loss'])
        ? typed('loss', value['loss'], [...path, 'loss'], catalog.losses, lossEntry)
        : undefined
      const { type: _, ...params } = loss?.filled ?? {}
      const inputs = names(value['inputs'])
      const target = value['target']
      if (isObject(target))
        for (const key of ['range', 'clip']) {
          const pair = target[key]
          if (!Array.isArray(pair) || !pair.every((end) => typeof end === 'number') || !(pair[0] >= pair[1])) continue
          report([...path, 'target', key], invalidRange(key, pair))
          sound = false
        }
      return {
        name,
        path,
        ...(inputs && { inputs }),
        ...(loss?.filled && { loss: { type: loss.type, definition: loss.definition!, params } }),
        ...(target !== undefined && { target: filled['target'] as string | Target }),
        weight: filled['weight'] as HeadSpec['weight'],
        ...(typeof value['ranks'] === 'boolean' && { ranks: value['ranks'] }),
        sound: sound && loss?.filled !== undefined,
      }
    },
    ({ name, path }) => ({ name, path, weight: 1, sound: false }),
  )

  const solver = document['solver']
  const listed = Array.isArray(solver)
  const written: readonly (readonly [Path, unknown])[] = listed
    ? solver.map((one, index) => [['solver', `${index}`], one] as const)
    : [[['solver'], solver]]
  const solvers = written.flatMap(([path, value]): readonly SolverSpec[] => {
    if (!isObject(value)) return []
    const { type, definition, filled } = typed('solver', value, path, catalog.solvers, solverEntry)
    const { type: _, heads, trains, ...params } = filled ?? {}
    return [
      {
        path,
        type,
        ...(definition && { definition }),
        ...(filled && { params }),
        ...(heads !== undefined && { heads: heads as string[] }),
        ...(trains !== undefined && { trains: trains as string[] }),
      },
    ]
  })

  const evaluation = isObject(document['evaluation']) ? document['evaluation'] : {}
  const split = (key: string): Params | undefined => {
    const value = evaluation[key]
    if (!isObject(value)) return undefined
    return typed('split', value, ['evaluation', key], catalog.splits, splitEntry).filled
  }
  const held = split('split')
  const validation = split('validation')
  const { candidates, metrics } = evaluation
  const blind = isBlind(document)
  if (!normalized && !blind) searchPointers(document, wrongSections, report)

  const title = document['name']
  const description = document['description']
  return {
    name: typeof title === 'string' ? title : titleOf(name),
    ...(typeof description === 'string' && { description }),
    inputs,
    embeddings,
    ops,
    heads,
    solvers,
    listed,
    evaluation: {
      ...(held && { split: held }),
      ...(validation && { validation }),
      candidates: isObject(candidates) ? { ...candidates } : { type: 'all' },
      ...(Array.isArray(metrics) && { metrics: metrics.filter((one) => typeof one === 'string') }),
    },
    ...(document['search'] !== undefined && { search: document['search'] }),
    connected: connected && !blind,
    blind,
  }
}

/** True where a section is missing, misspelt or no object, so that names in it cannot be told from unknown ones. */
const isBlind = (document: Readonly<Record<string, unknown>>): boolean => {
  const known = Object.keys(Envelope['properties'] as object)
  const misspelt = Object.keys(document).some((key) => !known.includes(key))
  return sections.some((key) =>
    document[key] === undefined
      ? misspelt || (Envelope['required'] as readonly string[]).includes(key)
      : !isObject(document[key]),
  )
}

interface Entry {
  readonly name: string
  readonly path: Path
  readonly value: Readonly<Record<string, unknown>>
}

const sections = ['inputs', 'embeddings', 'ops', 'heads'] as const

/** A name is 1 to 128 characters without `/` (macros' parts have it), `~` and space, in one section only. */
const checkNames = (document: Readonly<Record<string, unknown>>, normalized: boolean, report: Report) => {
  const owners = new Map<string, string>()
  const form = normalized ? /^[^~ ]{1,300}$/u : /^[^/~ ]{1,128}$/u
  for (const key of sections) {
    const entries = document[key]
    if (!isObject(entries)) continue
    for (const name of Object.keys(entries)) {
      const owner = owners.get(name)
      if (!form.test(name)) report([key, name], invalidName(name))
      else if (owner !== undefined) report([key, name], duplicateName(name, owner))
      else owners.set(name, key)
    }
  }
}

/** A model without a name has that of its file. */
const titleOf = (name: string): string =>
  name
    .replace(/^.*[/\\]/, '')
    .replace(/\.[^.]*$/, '')
    .slice(0, 128) || 'model'
