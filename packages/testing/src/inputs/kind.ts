import type { Cell, Entity, Graph, Input } from '@recspec/core'
import { type Document, refusalOf, usableOrThrow } from '../documents.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { lifecycle, type Trainable } from '../lifecycle.js'
import { type Params, settingsOf, withDefaults } from '../settings.js'
import { causal } from './causal.js'
import { deterministic } from './deterministic.js'
import { inputDocuments } from './documents.js'
import { learns, readsColumns } from './learns.js'
import { parameters } from './parameters.js'
import { refusals } from './refusals.js'
import { rows } from './rows.js'
import { state } from './state.js'
import { unwritten } from './unwritten.js'

/** One use of an input: its parameters, and what it reads of the kit's data. */
export interface InputCase {
  readonly params?: Params
  readonly entity?: Entity
  /** Values of a column that the input reads, in turn; undefined is a missing one. */
  readonly cells?: readonly Cell[]
  /** Of `title`, `genres`, `price`, `released`, `land`, `age`, `rating`, `plays`, `mood` and `time`, the kit's data. */
  readonly columns?: readonly string[]
  /** A document with the input, where it needs more than an embedding. */
  readonly document?: Document
}

/** What the author of an input gives. */
export type InputCases = OperatorCases<InputCase, InputCase>

/** An input with the documents that it is checked in. */
export interface InputSubject extends Trainable {
  readonly type: string
  readonly input: Input
  readonly uses: readonly InputUse[]
  /** All settings that compile, each in one document: the others are few enough for every check. */
  readonly settings: readonly InputUse[]
  /** It refuses the columns of the kit's data. */
  readonly unread: boolean
}

/** An input in a document, compiled. */
export interface InputUse {
  readonly label: string
  readonly params: Params
  readonly document: Document
  readonly graph: Graph
  readonly cells?: readonly Cell[] | undefined
}

const MOST_USES = 8

/** How inputs are checked. */
export const inputKind: Kind<InputSubject, InputCases> = {
  section: 'inputs',
  noun: 'input',
  checks: [unwritten, deterministic, state, rows, refusals, causal, learns, parameters, ...lifecycle],
  subject: (plugin, name, { cases }) => {
    const input = operatorOf(plugin, 'inputs', 'input', name)
    const type = typeOf(plugin, name)
    const given = cases ?? settingsOf(input.params).map((params): InputCase => ({ params }))
    const uses: InputUse[] = []
    const settings: InputUse[] = []
    let refused: Trainable['refused']
    let unread = false
    for (const { params = {}, entity, cells, columns = cells && ['cells'], document } of given) {
      const documents = document
        ? [document]
        : inputDocuments(input, { type, ...params }, entity ? [entity] : input.entities, columns)
      const tried = usableOrThrow(documents, plugin, 6, { given: cases !== undefined, params })
      refused ??= tried.refused
      const all = withDefaults(input.params, params)
      // a column that the input cannot read is refused when it learns
      const read = tried.found.filter(({ graph }) => readsColumns(graph, input, cells))
      unread ||= tried.found.length > 0 && read.length === 0
      for (const [place, { document: one, graph }] of (document || columns
        ? tried.found.slice(0, 1)
        : read.slice(0, 2)
      ).entries()) {
        const entry = (one['inputs'] as Params)['x'] ?? one['inputs']
        const label = `as ${JSON.stringify(entry)}`
        const use = { label, params: all, document: one, graph, ...(cells ? { cells } : {}) }
        if (place === 0) settings.push(use)
        if (cases || uses.length < MOST_USES) uses.push(use)
      }
    }
    return {
      type,
      plugin,
      input,
      uses,
      settings,
      unread,
      graphs: uses.slice(0, 3).map(({ graph }) => graph),
      ...(refused ? { refused } : {}),
      cells: new Map(uses.flatMap((use) => (use.cells ? [[use.graph, use.cells] as const] : []))),
      trainings: new Map(),
    }
  },
  untested: ({ uses, unread, refused }) =>
    uses.length > 0 || refused?.isFault
      ? undefined
      : unread
        ? `it refuses the columns of the kit's data: give "cases" with "cells" that it reads`
        : `no document with it compiles${refused ? ` (${refused.mistakes[0]})` : ''}: give "cases"`,
  refusal: (plugin, name, { params = {}, entity, cells, columns = cells && ['cells'], document }) => {
    const input = operatorOf(plugin, 'inputs', 'input', name)
    const entry = { type: typeOf(plugin, name), ...params }
    const [first] = document ? [document] : inputDocuments(input, entry, entity ? [entity] : input.entities, columns)
    return refusalOf(first!, plugin)
  },
}
