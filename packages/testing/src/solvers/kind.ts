import type { Solver } from '@recspec/core'
import { type Compiled, type Document, factors, refusalOf, usableOrThrow } from '../documents.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { type Trainable, wholeRuns } from '../lifecycle.js'
import { type Params, settingsOf, withDefaults } from '../settings.js'
import { dataUnwritten } from './dataunwritten.js'
import { trainableDocuments } from './documents.js'
import { frozenWeights } from './frozenweights.js'
import { leaks } from './leaks.js'
import { memory } from './memory.js'
import { objective } from './objective.js'
import { parameters } from './parameters.js'
import { reports } from './reports.js'
import { sentences } from './sentences.js'

/** One use of a solver: its parameters, and the rest of a document that it can train. */
export interface SolverCase {
  readonly params?: Params
  /** Which `heads` the phase trains, and what it `trains`; default: all. */
  readonly phase?: Params
  /** A document without `solver`; default: one that the solver does not reject. */
  readonly document?: Document
}

/** What the author of a solver gives. */
export type SolverCases = OperatorCases<SolverCase, SolverCase>

/** A solver in a document, compiled. */
export type SolverUse = Compiled & {
  readonly graph: NonNullable<Compiled['graph']>
  readonly params: Params
}

/** A solver with the documents that it is checked on. */
export interface SolverSubject extends Trainable {
  readonly type: string
  readonly solver: Solver
  readonly uses: readonly SolverUse[]
  /** The uses that are given, or those of the default parameters: they must train well. */
  readonly usual: readonly SolverUse[]
  /** All settings that compile, in one document each. */
  readonly settings: readonly SolverUse[]
}

const MOST_USES = 6

/** How solvers are checked. */
export const solverKind: Kind<SolverSubject, SolverCases> = {
  section: 'solvers',
  noun: 'solver',
  checks: [sentences, memory, reports, dataUnwritten, frozenWeights, objective, leaks, parameters, ...wholeRuns],
  subject: (plugin, name, { cases }) => {
    const solver = operatorOf(plugin, 'solvers', 'solver', name)
    const type = typeOf(plugin, name)
    const given = cases ?? settingsOf(solver.params).map((params): SolverCase => ({ params }))
    const settings: SolverUse[] = []
    const uses: SolverUse[] = []
    const usual: SolverUse[] = []
    let refused: Compiled | undefined
    for (const { params = {}, phase = {}, document } of given) {
      const entry = { type, ...params, ...phase }
      const documents = document ? [{ ...document, solver: entry }] : trainableDocuments(plugin, entry)
      const tried = usableOrThrow(documents, plugin, 2, { given: cases !== undefined, params })
      refused ??= tried.refused
      for (const [place, one] of tried.found.entries()) {
        const use = { ...one, params: withDefaults(solver.params, params) }
        if (place === 0) settings.push(use)
        if (cases || uses.length < MOST_USES) uses.push(use)
        if (cases || settings.length === 1) usual.push(use)
      }
    }
    return {
      type,
      plugin,
      solver,
      uses,
      usual,
      settings,
      graphs: usual.slice(0, 3).map(({ graph }) => graph),
      ...(refused ? { refused } : {}),
      trainings: new Map(),
    }
  },
  untested: ({ uses, refused }) =>
    uses.length > 0 || refused?.isFault
      ? undefined
      : `it trains none of the kit's documents${refused ? ` (${refused.mistakes[0]})` : ''}: give "cases" with a "document"`,
  refusal: (plugin, name, { params = {}, phase = {}, document = factors as Document }) => {
    const heads = document['heads'] ?? { kit: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }
    return refusalOf({ ...document, heads, solver: { type: typeOf(plugin, name), ...params, ...phase } }, plugin)
  },
}
