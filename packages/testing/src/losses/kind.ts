import type { Graph, Loss } from '@recspec/core'
import { type Document, descent, factors, refusalOf, usableOrThrow } from '../documents.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { lifecycle, type Trainable } from '../lifecycle.js'
import { type Params, settingsOf, withDefaults } from '../settings.js'
import { batchParts } from './batchparts.js'
import { deterministic } from './deterministic.js'
import { gradients } from './gradients.js'
import { headDocuments } from './heads.js'
import { leaks } from './leaks.js'
import { parameters } from './parameters.js'
import { quadratic } from './quadratic.js'
import { slopes } from './slopes.js'
import { terms } from './terms.js'
import { unwritten } from './unwritten.js'

/** One use of a loss: its parameters, and other properties of the head (`target`, `examples`). */
export interface LossCase {
  readonly params?: Params
  readonly head?: Params
  /** A document with the loss; default: matrix factorization, and an autoencoder. */
  readonly document?: Document
}

/** What the author of a loss gives. */
export type LossCases = OperatorCases<LossCase, LossCase>

/** A loss with the documents that it is checked in. */
export interface LossSubject extends Trainable {
  readonly type: string
  readonly loss: Loss
  readonly uses: readonly LossUse[]
  /** All settings that compile, each in one document: the others are few enough for every check. */
  readonly settings: readonly LossUse[]
}

/** A loss in a document, compiled. */
export interface LossUse {
  readonly label: string
  readonly params: Params
  readonly document: Document
  readonly graph: Graph
}

/** Uses that all checks see, and documents for each setting. */
const MOST_USES = 6
const MOST_DOCUMENTS = 2

/** How losses are checked. */
export const lossKind: Kind<LossSubject, LossCases> = {
  section: 'losses',
  noun: 'loss',
  checks: [terms, unwritten, deterministic, leaks, gradients, batchParts, slopes, quadratic, parameters, ...lifecycle],
  subject: (plugin, name, { cases }) => {
    const loss = operatorOf(plugin, 'losses', 'loss', name)
    const type = typeOf(plugin, name)
    const given = cases ?? settingsOf(loss.params).map((params): LossCase => ({ params }))
    const uses: LossUse[] = []
    const settings: LossUse[] = []
    let refused: Trainable['refused']
    for (const { params = {}, head = {}, document } of given) {
      const documents = document ? [document] : headDocuments(loss, { type, ...params }, head)
      const tried = usableOrThrow(documents, plugin, MOST_DOCUMENTS, { given: cases !== undefined, params })
      refused ??= tried.refused
      const all = withDefaults(loss.params, params)
      for (const [place, { document: one, graph }] of tried.found.entries()) {
        const use = {
          label: `with ${JSON.stringify(all)}, head ${JSON.stringify(one['heads'])}`,
          params: all,
          document: one,
          graph,
        }
        if (place === 0) settings.push(use)
        if (cases || uses.length < MOST_USES) uses.push(use)
      }
    }
    return {
      type,
      plugin,
      loss,
      uses,
      settings,
      graphs: uses.slice(0, 3).map(({ graph }) => graph),
      ...(refused ? { refused } : {}),
      trainings: new Map(),
    }
  },
  untested: ({ uses, refused }) =>
    uses.length > 0 || refused?.isFault
      ? undefined
      : `no document with it compiles${refused ? ` (${refused.mistakes[0]})` : ''}: give "cases"`,
  refusal: (plugin, name, { params = {}, head = {}, document }) => {
    const type = typeOf(plugin, name)
    const written = document ?? {
      ...factors,
      heads: { kit: { inputs: ['score'], loss: { type, ...params }, ...head } },
      solver: descent,
    }
    return refusalOf(written, plugin)
  },
}
