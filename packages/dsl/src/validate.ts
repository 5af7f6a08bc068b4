import type { Catalog } from './catalog.js'
import type { Report } from './diagnostic.js'
import {
  type Entry,
  type EntryContext,
  readEmbedding,
  readEvaluation,
  readHead,
  readInput,
  readOp,
  readSolver,
} from './entry.js'
import { Envelope, Rounds } from './grammar.js'
import { matchesSchema } from './jsonschema.js'
import { defaultName, hasUnreadableSection, sections, validateNames } from './names.js'
import { isObject, type Path } from './pointer.js'
import { readSearch, validateSearch } from './search.js'
import type { EmbeddingSpec, HeadSpec, OpSpec, SolverSpec, Spec } from './spec.js'
import type { Suggest } from './suggest.js'

/** Checks the shape of a document, entry by entry, each against the schema of its `type`, and fills in defaults. */
export const validate = (
  document: unknown,
  file: string,
  catalog: Catalog,
  tell: Report,
  suggest: Suggest,
): Spec | undefined => {
  const wrong = new Set<string>()
  const report: Report = (path, mistake) => {
    wrong.add(path[0] ?? '')
    tell(path, mistake)
  }
  const reading: EntryContext = { catalog, report, suggest }
  matchesSchema(Envelope, document, [], report, suggest)
  if (!isObject(document)) return undefined
  // a section or an entry that is not an object may have read any name
  const envelope = !sections.some((key) => wrong.has(key))
  validateNames(document, report)

  const section = <T>(
    key: string,
    read: (entry: Entry, reading: EntryContext) => T,
    broken: (entry: Omit<Entry, 'value'>) => T,
  ): ReadonlyMap<string, T> => {
    const entries = document[key]
    return new Map(
      Object.keys(isObject(entries) ? entries : {}).map((name) => {
        const value = (entries as Record<string, unknown>)[name]
        const path = [key, name]
        return [name, isObject(value) ? read({ name, path, value }, reading) : broken({ name, path })]
      }),
    )
  }
  const inputs = section('inputs', readInput, (entry) => ({ ...entry, type: '' }))
  const embeddings = section('embeddings', readEmbedding, (entry): EmbeddingSpec => ({ ...entry, valid: false }))
  const ops = section('ops', readOp, (entry): OpSpec => ({ ...entry, type: '' }))
  const heads = section('heads', readHead, (entry): HeadSpec => ({ ...entry, weight: 1, samplers: [], valid: false }))

  const { solver, search, description } = document
  const listed = Array.isArray(solver)
  const read = (path: Path, value: unknown) => (isObject(value) ? [readSolver(path, value, reading)] : [])
  const phasesAt = (path: Path, value: unknown): readonly SolverSpec[] => {
    if (!isObject(value) || !('rounds' in value)) return read(path, value)
    if (!matchesSchema(Rounds, value, path, report, suggest)) return []
    const { rounds, phases } = value as { rounds: number; phases: readonly unknown[] }
    // every round is the same phases again
    const once = phases.flatMap((one, index) => read([...path, 'phases', `${index}`], one))
    return Array.from({ length: rounds }, () => once).flat()
  }
  const solvers = listed
    ? solver.flatMap((one, index) => phasesAt(['solver', `${index}`], one))
    : read(['solver'], solver)

  const evaluation = isObject(document['evaluation']) ? document['evaluation'] : {}
  const { candidates, metrics } = evaluation
  const splitAt = (key: string) => {
    const value = evaluation[key]
    return isObject(value) ? readEvaluation(['evaluation', key], 'split', value, catalog.splits, reading) : undefined
  }
  const split = splitAt('split')
  const validation = splitAt('validation')
  const chosenCandidates = isObject(candidates)
    ? readEvaluation(['evaluation', 'candidates'], 'candidate set', candidates, catalog.candidates, reading)
    : undefined

  const unreadable = hasUnreadableSection(document)
  const parsed = isObject(search) ? readSearch(search, reading) : undefined
  if (document['normalized'] !== true && !unreadable) validateSearch(document, wrong, report)
  return {
    name: typeof document['name'] === 'string' ? document['name'] : defaultName(file),
    ...(typeof description === 'string' && { description }),
    inputs,
    embeddings,
    ops,
    heads,
    solvers,
    listed,
    evaluation: {
      ...(split && { split }),
      ...(validation && { validation }),
      ...(chosenCandidates && { candidates: chosenCandidates }),
      ...(Array.isArray(metrics) && {
        metrics: metrics.map((one) => (typeof one === 'string' && one !== '' ? one : undefined)),
      }),
    },
    ...(parsed && { search: parsed }),
    connected:
      envelope &&
      !unreadable &&
      [...embeddings.values()].every(({ input }) => typeof input === 'string') &&
      [...ops.values(), ...heads.values()].every((entry) => entry.inputs !== undefined),
    unreadable,
  }
}
