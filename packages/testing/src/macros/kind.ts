import { type Expansion, isMacro, isSentence, type Macro, type Plugin } from '@recspec/core'
import type { Check } from '../check.js'
import { type Compiled, compiled, type Document, refusalOf, usable } from '../documents.js'
import { frozen } from '../frozen.js'
import { impureCalls } from '../impure.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { lifecycle, type Trainable } from '../lifecycle.js'
import { deadParameters } from '../parameters.js'
import { refusalFault } from '../sentence.js'
import { type Params, settingsOf, withDefaults } from '../settings.js'
import { macroDocuments } from './documents.js'

/** One use of a macro: its parameters, and a document where it needs one of its own. */
export interface MacroCase {
  readonly params?: Params
  readonly document?: Document
}

/** What the author of a macro gives. */
export type MacroCases = OperatorCases<MacroCase, MacroCase>

/** A macro with its settings, and documents with some of them. */
interface MacroSubject extends Trainable {
  readonly type: string
  readonly macro: Macro
  readonly settings: readonly Params[]
  readonly documents: readonly (Compiled & { readonly graph: NonNullable<Compiled['graph']> })[]
}

const macroOf = (plugin: Plugin, name: string): Macro => {
  const operator = operatorOf(plugin, 'layers', 'macro', name)
  if (!isMacro(operator)) throw new Error(`"${name}" is a layer: testLayer checks it`)
  return operator
}

/** Names of two nodes at each port. */
const namesOf = ({ inputs }: Macro): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(inputs).map(([port, kind]) => [port, kind === 'many' || kind === 'joined' ? ['a', 'b'] : [port]]),
  )

const expanded = (macro: Macro, params: Params): Expansion => macro.expand(params, namesOf(macro))

/** The parts that an expansion names are there, and each is read. */
const expansion: Check<MacroSubject> = {
  name: 'expansion',
  decides: true,
  says: 'it expands to parts that exist and are read, and the document compiles again',
  *run({ macro, settings, documents, refused, plugin }) {
    for (const params of settings) {
      const label = `with ${JSON.stringify(params)}`
      let made: Expansion
      try {
        made = expanded(macro, params)
      } catch (error) {
        if (isSentence(error)) continue
        throw error
      }
      const { embeddings = {}, ops = {}, output } = made
      const parts = new Set([...Object.keys(embeddings), ...Object.keys(ops)])
      const given = new Set(Object.values(namesOf(macro)).flat())
      if (!parts.has(output) && !given.has(output))
        yield `has the output "${output}", which is none of its parts, ${label}`
      const read = new Set([output])
      for (const [name, { inputs }] of Object.entries(ops))
        for (const input of inputs) {
          const part = input.startsWith('.') ? input.slice(1) : undefined
          if (part !== undefined) read.add(part)
          if (part !== undefined ? !parts.has(part) : !given.has(input))
            yield `part "${name}" reads "${input}", which is neither a part nor an input, ${label}`
        }
      for (const part of parts) if (!read.has(part)) yield `has part "${part}", which nothing reads, ${label}`
    }
    if (documents.length === 0 && refused?.isFault) yield* refused.mistakes
    for (const { graph } of documents) {
      const again = compiled(graph.document, plugin)
      if (!again.graph) yield `expands to a document that does not compile: ${again.mistakes.join('; ')}`
      else if (JSON.stringify(again.graph.document) !== JSON.stringify(graph.document))
        yield 'expands to a document that compiles to another one'
    }
  },
}

const refusals: Check<MacroSubject> = {
  name: 'refusals',
  says: 'parameters are refused by bare sentences',
  *run({ macro, settings }) {
    for (const params of settings)
      try {
        expanded(macro, params)
      } catch (error) {
        const wrong = refusalFault(error)
        if (wrong) yield `refuses with ${wrong}, with ${JSON.stringify(params)}`
      }
  },
}

const unwritten: Check<MacroSubject> = {
  name: 'inputs unwritten',
  says: 'parameters and the names of inputs are left as they are',
  *run({ macro, settings }) {
    for (const params of settings) {
      const copy = frozen(structuredClone(params))
      try {
        macro.expand(copy, frozen(structuredClone(namesOf(macro))))
      } catch (error) {
        if (!isSentence(error))
          yield `writes into its parameters: ${(error as Error).message}, with ${JSON.stringify(params)}`
      }
    }
  },
}

const deterministic: Check<MacroSubject> = {
  name: 'determinism',
  says: 'it expands to the same parts again, without a clock or random numbers',
  async *run({ macro, settings }) {
    const print = (params: Params) => {
      try {
        return JSON.stringify(expanded(macro, params))
      } catch (error) {
        return String(error)
      }
    }
    let differs: Params | undefined
    const calls = await impureCalls(() => {
      const first = settings.map(print)
      const second = settings.map(print)
      differs = settings.find((_, place) => first[place] !== second[place])
    })
    if (calls.length > 0) yield `calls ${calls.join(', ')}`
    if (differs) yield `expands to other parts when it is called again, with ${JSON.stringify(differs)}`
  },
}

const parameters: Check<MacroSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes the expansion',
  applies: ({ macro }) => Object.keys(macro.params.properties).length > 0,
  async *run({ macro, settings }) {
    yield* deadParameters(
      macro.params,
      settings.map((params) => ({ params, print: (one: Params) => JSON.stringify(expanded(macro, one)) })),
    )
  },
}

/** How macros are checked. */
export const macroKind: Kind<MacroSubject, MacroCases> = {
  section: 'layers',
  noun: 'macro',
  checks: [expansion, refusals, unwritten, deterministic, parameters, ...lifecycle],
  subject: (plugin, name, { cases }) => {
    const macro = macroOf(plugin, name)
    const type = typeOf(plugin, name)
    const given = cases?.map(({ params = {} }) => withDefaults(macro.params, params)) ?? []
    // an expansion costs little: every setting is expanded, whatever cases are given
    const settings = [...given, ...settingsOf(macro.params)]
    const written = (cases ?? []).flatMap(({ document }): readonly Document[] => (document ? [document] : []))
    const documents = [
      ...written,
      ...settings.slice(0, 3).flatMap((params) => {
        const { found } = usable(macroDocuments(macro, { type, ...params }), plugin, 1)
        return found.map(({ document }) => document)
      }),
    ]
    const { found } = usable(documents, plugin, 3)
    const { refused } = found.length > 0 ? {} : usable(macroDocuments(macro, { type, ...settings[0] }), plugin, 1)
    return {
      type,
      plugin,
      macro,
      settings,
      documents: found,
      graphs: found.map(({ graph }) => graph),
      ...(refused ? { refused } : {}),
      trainings: new Map(),
    }
  },
  untested: ({ settings, documents, refused }) =>
    settings.length === 0
      ? 'no parameters were found that its schema accepts: give "cases"'
      : documents.length > 0 || refused?.isFault
        ? undefined
        : `no document with it compiles (${refused?.mistakes[0]}): give "cases" with a "document"`,
  refusal: (plugin, name, { params = {}, document }) => {
    const [first] = document
      ? [document]
      : macroDocuments(macroOf(plugin, name), { type: typeOf(plugin, name), ...params })
    return refusalOf(first!, plugin)
  },
}
