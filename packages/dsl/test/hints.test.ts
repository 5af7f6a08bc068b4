import { readdirSync, readFileSync } from 'node:fs'
import { findNodeAtOffset, type Node, parse, parseTree } from 'jsonc-parser'
import { expect, test } from 'vitest'
import { check, type Diagnostic } from '../src/index.js'
import { toy } from './toy.js'

const folder = new URL('../errors/', import.meta.url)
const files = readdirSync(folder).filter((file) => /\.jsonc?$/.test(file))
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8')
const checked = (text: string) => check({ name: 'hint.json', text }, [toy])

type Json = Record<string, unknown>

/** A document with a mistake, and where it is. */
interface Place {
  readonly text: string
  readonly diagnostic: Diagnostic
  /** The parsed document, a copy for each hint that is applied. */
  readonly document: Json
  readonly path: readonly string[]
}

const pathOf = ({ pointer }: Diagnostic) =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

const at = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document)

/** The document with a value, or without it where `value` is undefined. */
const put = (document: Json, path: readonly string[], value: unknown): Json => {
  const parent = at(document, path.slice(0, -1)) as Json
  const key = path.at(-1)!
  if (value !== undefined) parent[key] = value
  else if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
  return document
}

/** The name under the caret, a property or a string. */
const wordAt = ({ text, diagnostic }: Place): { readonly node: Node; readonly start: number } => {
  const start =
    text
      .split('\n')
      .slice(0, diagnostic.line - 1)
      .join('\n').length +
    (diagnostic.line > 1 ? 1 : 0) +
    diagnostic.column -
    1
  return { node: findNodeAtOffset(parseTree(text)!, start, true)!, start }
}

/** The text with another word in the place of the one under the caret: of the word that the message quotes. */
const respelt = (place: Place, name: string): string => {
  const { node } = wordAt(place)
  const own = JSON.parse(place.text.slice(node.offset, node.offset + node.length)) as string
  const quoted = [...place.diagnostic.message.matchAll(/"([^"]+)"/g)].map((match) => match[1]!)
  const wrong = quoted.find((word) => own.includes(word)) ?? own
  const word = JSON.stringify(own.replace(wrong, () => name))
  return place.text.slice(0, node.offset) + word + place.text.slice(node.offset + node.length)
}

const written = (document: Json) => JSON.stringify(document)
const quotedIn = (text: string) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]!)

/** What a hint says to do, and the documents that follow it: one, or one for each choice that it gives. */
const rules: readonly (readonly [RegExp, (place: Place, match: RegExpExecArray) => readonly string[]])[] = [
  [/^did you mean "(.+)"\?$/, (place, [, name]) => [respelt(place, name!)]],
  [/^write "([^"]+)"/, (place, [, name]) => [written(put(place.document, place.path, name))]],
  [/^expected "(.+)"$/, (place, [, name]) => [respelt(place, name!)]],
  [/^known here: /, ({ document, path }) => [written(put(document, path, undefined))]],
  [/^known: (.+)$/, (place, [, names]) => names!.split(', ').map((name) => respelt(place, name))],
  [/^remove it$/, ({ document, path }) => [written(put(document, path, undefined))]],
  [/^use it as an input, or remove it$/, ({ document, path }) => [written(put(document, path, undefined))]],
  [
    /^add an op (\{.*\})$/,
    ({ document, path }, [, op]) => {
      const inputs = [at(document, path)]
      const ops = { ...(document['ops'] as Json), added: { ...JSON.parse(op!), inputs } }
      return [written(put({ ...document, ops }, path, 'added'))]
    },
  ],
  [
    /^list all values of the column: "target": (\{.*\})$/,
    ({ document, path }, [, target]) => [written(put(document, [...path.slice(0, -1), 'target'], JSON.parse(target!)))],
  ],
  [
    /^read it through an embedding: (\{.*\})$/,
    ({ document, path }, [, entry]) => {
      const embeddings = { ...(document['embeddings'] as Json), read: JSON.parse(entry!) }
      return [written(put({ ...document, embeddings }, path, 'read'))]
    },
  ],
  [/: use "([^"]+)" itself$/, ({ document, path }, [, name]) => [written(put(document, path, name))]],
  [
    /^set "ranks": true in the head that ranks items$/,
    ({ document }) =>
      Object.keys(document['heads'] as Json).map((head) =>
        written(put(structuredClone(document), ['heads', head, 'ranks'], true)),
      ),
  ],
  [
    /^make it the last of "solver"$/,
    ({ document, path }) => {
      const solvers = [...(document['solver'] as unknown[])]
      const [early] = solvers.splice(Number(path[1]), 1)
      return [written({ ...document, solver: [...solvers, early] })]
    },
  ],
  [/^share that of "(.+)"$/, ({ document, path }, [, name]) => [written(put(document, path, name))]],
  [
    /^measure (.+)$/,
    ({ document, path }, [, names]) =>
      quotedIn(names!).map((name) => written(put(structuredClone(document), path, name))),
  ],
  [/^"([^"]+)" does$/, ({ document, path }, [, type]) => [written(put(document, [...path, 'type'], type))]],
  [
    /^"([^"]+)" is a head: name it in "heads"$/,
    ({ document, path }, [, head]) => {
      const phase = path.slice(0, path.indexOf('trains'))
      return [written(put(put(document, [...phase, 'trains'], undefined), [...phase, 'heads'], [head]))]
    },
  ],
  [
    /^the object already has this property: remove one of the two$/,
    (place) => {
      const { node } = wordAt(place)
      const property = node.parent!
      const before = place.text.slice(0, property.offset).replace(/,\s*$/, '')
      return [before + place.text.slice(property.offset + property.length)]
    },
  ],
  [
    /^each value is tried under one name: remove one of the two$/,
    ({ document, path }) => [written(put(document, path, undefined))],
  ],
  [/^give the loss "negatives", or/, ({ document, path }) => [written(put(document, [...path, 'negatives'], 2))]],
  [
    /^remove the sigmoid: /,
    ({ document, path }) => {
      const [below] = at(document, ['ops', at(document, path) as string, 'inputs']) as string[]
      const { ops, ...rest } = put(document, path, below)
      const { score, ...others } = ops as Json
      return [written({ ...rest, ops: score ? others : ops })]
    },
  ],
  [/^write names and strings in double quotes$/, ({ text }) => [text.replaceAll("'", '"')]],
  [
    /reads a history once for all its events$/,
    ({ document, path, diagnostic }) => {
      const needed = /needs (?:("\w+": .+)|dropout (\d), got .*)$/.exec(diagnostic.message)
      if (!needed) return []
      const entry = path.at(-1) === 'type' ? path.slice(0, -1) : path
      const said = needed[1] ? (JSON.parse(`{${needed[1]}}`) as Json) : { dropout: Number(needed[2]) }
      for (const [key, value] of Object.entries(said)) put(document, [...entry, key], value)
      return [written(document)]
    },
  ],
]

/** Hints that are followed by the next mistake of their documents, which had been hidden. */
const uncovers: Readonly<Record<string, string>> = {
  'classes-loss.json': 'the score needs a number for each class',
  'rows-input.json': 'the width of the embedding is an example',
  'syntax-quotes.json': 'the document is a fragment',
  'unknown-part.json': 'the part is no score',
}

/** Hints that explain: what to do depends on what the author wants. */
const explains: Readonly<Record<string, string>> = {
  'duplicate-name.json': 'the author chooses another name',
  'duplicate-pointer.json': 'the author chooses which parameter sets the value',
  'history-input.json': 'says what kind of input to name',
  'invalid-choice-end.json': 'shows the widths that differ',
  'invalid-metric.json': 'shows the form of a metric by another one',
  'mean-of-two-targets.json': 'a number, or two ops: a choice of the model',
  'metric-needs-distribution.json': 'another loss or solver: a choice of the model',
  'metric-needs-probabilities.json': 'another loss or metric, named as examples of their kind',
  'no-predicting-head.json': 'the author knows the column',
  'no-ranking-head-metric.json': 'says what the metric needs',
  'no-ranking-head.json': 'says why the head cannot rank',
  'numbers-input.json': 'the ops that read the embedding change too',
  'sequences-batchnorm.json': 'says why the value must be causal',
  'sequences-lengths.json': 'says what sequences are',
  'sequences-none.json': 'says what sequences are',
  'sequences-normalize.json': 'says why the rows must be causal',
  'sequences-pool.json': 'says why the value must be causal',
  'shape-joined.json': 'shows the shapes that differ',
  'shape-macro.json': 'shows the shapes that differ',
  'shape.json': 'shows the widths that differ',
  'table-parameters.json': 'says which embedding sets the value',
  'target-kind.json': 'lists the forms of a target',
  'too-many-trials.json': 'fewer values or another strategy: a choice of the search',
  'unknown-loss.json': 'a plugin has to be installed',
  'unknown-node-head.json': 'says what a node is',
  'unknown-operator-kind.json': 'says what the name is',
  'unknown-operator-plugin.json': 'a plugin has to be installed',
  'unnamed-rows.json': 'lists the inputs that have texts',
  'unreachable-trains.json': 'says what the phase has',
}

const hints = files.flatMap((file) =>
  checked(textOf(file)).diagnostics.flatMap((diagnostic) =>
    diagnostic.hint === undefined ? [] : [{ file, diagnostic, hint: diagnostic.hint }],
  ),
)

/** The documents that follow a hint; none where it explains. */
const followed = ({ file, diagnostic, hint }: (typeof hints)[number]): readonly string[] => {
  const text = textOf(file)
  const rule = rules.find(([pattern]) => pattern.test(hint))
  if (!rule) return []
  const document = structuredClone(parse(text, [], { allowTrailingComma: true })) as Json
  return rule[1]({ text, diagnostic, document, path: pathOf(diagnostic) }, rule[0].exec(hint)!)
}

test('every hint of the gallery is applied, or is known to explain', () => {
  const silent = hints.filter((one) => followed(one).length === 0).map(({ file }) => file)
  expect([...new Set(silent)].sort()).toEqual(Object.keys(explains).sort())
})

test.each(hints.filter(({ file }) => !(file in explains)).map((one) => [`${one.file}: ${one.hint}`, one] as const))(
  '%s',
  (_, one) => {
    const before = checked(textOf(one.file))
    const after = followed(one).map(checked)
    const isSame = (other: Diagnostic) => other.code === one.diagnostic.code && other.message === one.diagnostic.message
    expect(after.some(({ diagnostics }) => !diagnostics.some(isSame))).toBe(true)
    // where it was the only mistake, the document is right now
    const ends = after.map(({ graph, diagnostics }) => (graph ? 'ok' : diagnostics[0]!.message))
    if (one.file in uncovers) expect(ends).not.toContain('ok')
    else if (before.diagnostics.length + before.omitted === 1) expect(ends).toContain('ok')
  },
)
