import { type Dataset, holdOut, isSentence, type Plugin, type Split } from '@recspec/core'
import type { Check } from '../check.js'
import { frozen } from '../frozen.js'
import { impureCalls } from '../impure.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { deadParameters } from '../parameters.js'
import { refusalFault } from '../sentence.js'
import { type Params, settingsOfCases, withDefaults } from '../settings.js'
import { changedNumbers, numbersOf, world } from '../world.js'

/** One use of a split. */
export interface SplitCase {
  readonly params?: Params
}

/** What the author of a split gives. */
export type SplitCases = OperatorCases<SplitCase, SplitCase>

interface SplitSubject {
  readonly type: string
  readonly plugin: Plugin
  readonly split: Split
  readonly settings: readonly Params[]
}

/** The rows that a split holds out and folds in, or the error that refuses the data. */
const rowsOf = (split: Split, params: Params, data: Dataset, seed: number) => {
  const copy = structuredClone(params)
  return { held: split.holdOut(copy, data, seed), folded: split.foldsIn?.(copy, data, seed) }
}

const text = (split: Split, params: Params, seed = 1): string => {
  const { held, folded } = rowsOf(split, params, world(), seed)
  return JSON.stringify([[...held], folded && [...folded]])
}

/** Settings that the split takes on the data of the kit. */
const taken = ({ split, settings }: SplitSubject): readonly Params[] =>
  settings.filter((params) => {
    try {
      rowsOf(split, params, world(), 1)
      return true
    } catch (error) {
      return !isSentence(error)
    }
  })

const rows: Check<SplitSubject> = {
  name: 'rows',
  decides: true,
  says: 'it holds out ascending rows in range, and folds in others',
  *run(subject) {
    const { split, type, plugin } = subject
    for (const params of taken(subject))
      for (const seed of [1, 2]) {
        const label = `with ${JSON.stringify(params)}`
        const spec = { split: { type, definition: split, params } }
        try {
          // core's own checks of rows
          holdOut(world(), spec as never, seed, [plugin])
        } catch (error) {
          yield `${(error as Error).message.replace(/^.*?\) /, '')}, ${label}`
          continue
        }
        const { held, folded } = rowsOf(split, params, world(), seed)
        const both = folded && new Set(held)
        const twice = folded?.find((row) => both!.has(row))
        if (twice !== undefined) yield `holds out row ${twice} and folds it in, ${label}`
        if (held.length === world().events.count) yield `holds out all rows, ${label}`
      }
  },
}

const refusals: Check<SplitSubject> = {
  name: 'refusals',
  says: 'data and parameters are refused by bare sentences',
  *run({ split, settings }) {
    const { time, ...timeless } = world().events
    const few = {
      ...world(),
      events: { ...timeless, count: 0, user: new Int32Array(0), item: new Int32Array(0), columns: new Map() },
    }
    for (const params of settings)
      for (const data of [world(), { ...world(), events: timeless }, few])
        try {
          rowsOf(split, params, data, 1)
        } catch (error) {
          const wrong = refusalFault(error)
          if (wrong) yield `refuses with ${wrong}, with ${JSON.stringify(params)}`
        }
  },
}

const deterministic: Check<SplitSubject> = {
  name: 'determinism',
  says: 'the same seed holds out the same rows, without a clock or random numbers of its own',
  async *run(subject) {
    for (const params of taken(subject)) {
      let texts: readonly string[] = []
      const calls = await impureCalls(() => {
        texts = [1, 2, 1].map((seed) => text(subject.split, params, seed))
      })
      if (calls.length > 0) yield `calls ${calls.join(', ')}, with ${JSON.stringify(params)}`
      if (texts[0] !== texts[2]) yield `holds out other rows with the same seed, with ${JSON.stringify(params)}`
    }
  },
}

const unwritten: Check<SplitSubject> = {
  name: 'data unwritten',
  says: 'parameters and the data set are left as they are',
  *run(subject) {
    for (const params of taken(subject)) {
      const data = world()
      const before = numbersOf(data)
      subject.split.holdOut(frozen(structuredClone(params)), data, 1)
      subject.split.foldsIn?.(frozen(structuredClone(params)), data, 1)
      const [written] = changedNumbers(before, numbersOf(data))
      if (written !== undefined) yield `writes into the ${written}, with ${JSON.stringify(params)}`
    }
  },
}

const parameters: Check<SplitSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes the rows',
  applies: ({ split }) => Object.keys(split.params.properties).length > 0,
  async *run({ split, settings }) {
    yield* deadParameters(
      split.params,
      settings.map((params) => ({ params, print: (one: Params) => text(split, one) })),
    )
  },
}

/** How splits are checked. */
export const splitKind: Kind<SplitSubject, SplitCases> = {
  section: 'splits',
  noun: 'split',
  checks: [rows, refusals, unwritten, deterministic, parameters],
  subject: (plugin, name, { cases }) => {
    const split = operatorOf(plugin, 'splits', 'split', name)
    const settings = settingsOfCases(split.params, cases)
    return { type: typeOf(plugin, name), plugin, split, settings }
  },
  untested: (subject) =>
    taken(subject).length > 0
      ? undefined
      : 'it refuses the data of the kit with all parameters that were tried: give "cases"',
  refusal: (plugin, name, { params = {} }) => {
    const split = operatorOf(plugin, 'splits', 'split', name)
    try {
      rowsOf(split, withDefaults(split.params, params), world(), 1)
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  },
}
