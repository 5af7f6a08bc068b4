import type { Mistake } from './diagnostic.js'

/** Replaces control and bidirectional formatting characters, for terminals. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, ' ')

/** A name in quotes, escaped, and cut when it is long. */
export const quote = (text: string): string =>
  printable(JSON.stringify(text.length > 64 ? text.slice(0, 63) + '…' : text))

/** A value as messages show it. */
export const show = (value: unknown): string => {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.length > 4 ? 'a list' : showList(value, 'a list')
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length > 0 ? 'an object' : 'an empty object'
  return String(value)
}

const showList = (list: readonly unknown[], otherwise: string): string =>
  list.every((one) => typeof one !== 'object' || one === null) ? `[${list.map(show).join(', ')}]` : otherwise

/** Names in quotes; of many the first ones. */
const listed = (names: readonly string[]): string =>
  names.length <= 9
    ? names.map(quote).join(', ')
    : `${names.slice(0, 8).map(quote).join(', ')}, … ${names.length - 8} more`

/** `a, b or c`. */
export const either = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

const suggested = (suggestion: string | undefined) =>
  suggestion === undefined ? {} : { hint: `did you mean ${quote(suggestion)}?` }

const hinted = (hint: string | undefined) => (hint === undefined ? {} : { hint })

/** What an entry of the document is called in messages. */
export type Kind =
  | 'input'
  | 'operator'
  | 'loss'
  | 'solver'
  | 'split'
  | 'candidate set'
  | 'sampler'
  | 'metric'
  | 'strategy'

// Text

export const tooLarge = (bytes: number, limit: number): Mistake => ({
  code: 'too-large',
  message: `document too large: expected at most ${limit} bytes, got ${bytes}`,
})
export const tooLargeExpanded = (type: string, limit: number): Mistake => ({
  code: 'too-large',
  message: `"${type}" makes the document too large: expected at most ${limit} values once macros are expanded`,
  key: true,
})
export const tooManyPhases = (steps: number, limit: number): Mistake => ({
  code: 'too-large',
  message: `too many phases: expected phases × heads × edges of at most ${limit}, got ${steps}`,
  hint: 'use fewer phases, or name the heads of each',
  key: true,
})
export const tooLargeNormalized = (mistake: Mistake): Mistake => ({
  ...mistake,
  hint: 'the limits hold for the document with macros expanded and defaults filled in, as artifacts store it',
})
export const tooDeep = (limit: number): Mistake => ({
  code: 'too-deep',
  message: `document too deep: expected at most ${limit} levels`,
})
export const tooMany = (limit: number): Mistake => ({
  code: 'too-large',
  message: `document too large: expected at most ${limit} values`,
})
export const syntax = (what: string, hint?: string): Mistake => ({
  code: 'syntax',
  message: `invalid JSON: ${what}`,
  ...hinted(hint),
})
export const doubleQuotes = 'write names and strings in double quotes'
export const duplicateKey = (key: string): Mistake => ({
  code: 'duplicate-key',
  message: `duplicate property ${quote(key)}`,
  hint: 'the object already has this property: remove one of the two',
  key: true,
})
export const notFinite = (text: string): Mistake => ({
  code: 'not-finite',
  message: `invalid number ${printable(text)}: expected a finite number`,
})
export const badPointer = (text: string): Mistake => ({
  code: 'unknown-pointer',
  message: `invalid pointer ${quote(text)}`,
  hint: 'expected a JSON pointer such as /solver/epochs',
})
export const unknownPointer = (text: string): Mistake => ({
  code: 'unknown-pointer',
  message: `unknown pointer ${quote(text)}: the document has no such value`,
})

// Shape of the document

export const unknownProperty = (name: string, suggestion: string | undefined, known: readonly string[]): Mistake => ({
  code: 'unknown-property',
  message: `unknown property ${quote(name)}`,
  ...(suggestion !== undefined
    ? suggested(suggestion)
    : known.length > 0 && known.length <= 12
      ? { hint: `known here: ${known.join(', ')}` }
      : {}),
  key: true,
})
export const missingProperty = (name: string, hint?: string): Mistake => ({
  code: 'missing-property',
  message: `missing property ${quote(name)}`,
  ...hinted(hint),
  key: true,
})
export const invalidValue = (thing: string, expected: string, value: unknown, suggestion?: string): Mistake => ({
  code: 'invalid-value',
  message: `invalid ${thing}: expected ${expected}, got ${show(value)}`,
  ...suggested(suggestion),
})
export const invalidName = (name: string): Mistake => ({
  code: 'invalid-name',
  message: `invalid name ${quote(name)}: expected 1 to 128 characters without "/", "~" and space`,
  key: true,
})
export const duplicateName = (name: string, section: string): Mistake => ({
  code: 'duplicate-name',
  message: `duplicate name ${quote(name)}: "${section}" has it too`,
  hint: 'names are unique across inputs, embeddings, ops and heads',
  key: true,
})
export const invalidRange = (name: string, pair: readonly unknown[]): Mistake => ({
  code: 'invalid-range',
  message: `invalid ${quote(name)}: expected the lower number first, got ${show(pair)}`,
})
export const unknownType = (kind: Kind, type: string, hint: string | undefined): Mistake => ({
  code: `unknown-${kind.replace(' ', '-')}`,
  message: `unknown ${kind} ${quote(type)}`,
  ...hinted(hint),
})
export const loadPlugin = (name: string, from: string): string =>
  `load the plugin ${quote(name)} of the package ${quote(from)}: --plugin on the command line, an argument of compile() in code`
export const otherKind = (type: string, kind: string): string => `${quote(type)} is ${kind}`
export const knownTypes = (types: Iterable<string>): string => `known: ${[...types].join(', ')}`
export const didYouMean = (suggestion: string): string => `did you mean ${quote(suggestion)}?`

// Names

export const unknownNode = (name: string, hint: string | undefined): Mistake => ({
  code: 'unknown-node',
  message: `unknown node ${quote(name)}`,
  ...hinted(hint),
})
export const isHead = (name: string): string => `${quote(name)} is a head: nodes are inputs, embeddings and ops`
export const trainsHead = (name: string): string => `${quote(name)} is a head: name it in "heads"`
export const isPart = (name: string): string =>
  `only heads and "trains" may name a part of a macro: use ${quote(name)} itself`
export const unknownEmbeddingInput = (name: string, suggestion: string | undefined): Mistake => ({
  code: 'unknown-embedding-input',
  message: `unknown input ${quote(name)}`,
  ...suggested(suggestion),
})
export const unknownHistoryInput = (name: string, suggestion: string | undefined): Mistake => ({
  code: 'unknown-history-input',
  message: `unknown input ${quote(name)}`,
  ...suggested(suggestion),
})
export const wrongHistoryInput = (name: string, reason: string): Mistake => ({
  code: 'history-input',
  message: `input ${quote(name)} ${reason}`,
  hint: 'name an input of the other side, or of the event',
})
export const unknownPortInput = (name: string, suggestion: string | undefined): Mistake => ({
  code: 'unknown-port-input',
  message: `unknown input ${quote(name)}`,
  ...suggested(suggestion),
})
export const givesRows = (name: string): Mistake => ({
  code: 'rows-input',
  message: `input ${quote(name)} gives rows, expected numbers`,
  hint: `read it through an embedding: { "input": ${quote(name)}, "dim": 16 }`,
})
export const givesNumbers = (name: string): Mistake => ({
  code: 'numbers-input',
  message: `input ${quote(name)} gives numbers, expected rows`,
  hint: 'use it as an input of an op',
})
export const unknownTable = (name: string, suggestion: string | undefined): Mistake => ({
  code: 'unknown-table',
  message: `unknown embedding ${quote(name)}`,
  ...suggested(suggestion),
})
export const tableChain = (name: string, owner: string): Mistake => ({
  code: 'table-chain',
  message: `embedding ${quote(name)} has no table of its own`,
  hint: owner === '' ? 'an embedding cannot share its own table' : `share that of ${quote(owner)}`,
})
export const tableParameters = (property: string, owner: string): Mistake => ({
  code: 'table-parameters',
  message: `unsupported property "${property}" with "table"`,
  hint: `${owner === '' ? 'its owner' : quote(owner)} owns the table and sets it for all its readers`,
  key: true,
})
export const combinesOneRow = (input: string): Mistake => ({
  code: 'combine-one-row',
  message: `unsupported "combine": input ${quote(input)} gives one row`,
  hint: 'remove it',
  key: true,
})
export const unnamedRows = (input: string): Mistake => ({
  code: 'unnamed-rows',
  message: `unsupported "init": the rows of input ${quote(input)} have no texts by which they could have vectors`,
  hint: 'rows of ids, histories, categories, flags and tokens have',
})
export const unknownHead = (name: string, suggestion: string | undefined): Mistake => ({
  code: 'unknown-head',
  message: `unknown head ${quote(name)}`,
  ...suggested(suggestion),
})
export const unknownTrains = (name: string, hint: string | undefined): Mistake => ({
  code: 'unknown-trains',
  message: `unknown embedding or op ${quote(name)}`,
  ...hinted(hint),
})
export const trainsNothing = (name: string): Mistake => ({
  code: 'nothing-to-train',
  message: `unsupported "trains": ${quote(name)} has nothing to train`,
})
export const trainsElsewhere = (name: string, heads: readonly string[]): Mistake => ({
  code: 'unreachable-trains',
  message: `unsupported "trains": no head of the phase reads ${quote(name)}`,
  hint: `the phase has ${listed(heads)}`,
})
export const listedTwice = (name: string): Mistake => ({
  code: 'duplicate-name',
  message: `duplicate name ${quote(name)}`,
})

// Graph

export const cycle = (names: readonly string[]): Mistake => ({
  code: 'cycle',
  message: `nodes form a cycle: ${shortened(names).map(printable).join(' -> ')}`,
})
const shortened = (names: readonly string[]): readonly string[] =>
  names.length <= 9 ? names : [...names.slice(0, 4), `… ${names.length - 8} more …`, ...names.slice(-4)]
export const arity = (type: string, ports: readonly string[], got: number): Mistake => ({
  code: 'arity',
  message: `"${type}" reads [${ports.join(', ')}], got ${got}`,
})
/** A sentence with which an operator refuses an entry. */
export const operatorSentence = (type: string, sentence: string): Mistake => ({
  code: 'unsupported-entry',
  message: `"${type}" ${sentence}`,
  key: true,
})
/** A fault of an operator: an unexpected error or return value. */
export const operatorFault = (type: string, method: string, what: string): Mistake => ({
  code: 'plugin-error',
  message: `"${type}" failed in ${method}: ${printable(what.length > 200 ? `${what.slice(0, 200)}…` : what)}`,
  hint: 'the fault is in the operator, not in the document: report it to the author of the operator',
  key: true,
  operator: type,
})
/** A sentence of an operator, with the operator's name and the shapes it saw. */
export const shape = (type: string, sentence: string, seen: string): Mistake => ({
  code: 'shape',
  message: `"${type}" ${sentence}`,
  ...(seen !== '' && { hint: seen }),
})
/** A value that a part of a macro refuses. */
export const invalidMacro = (type: string, sentence: string): Mistake => ({
  code: 'invalid-macro',
  message: `"${type}" ${sentence}`,
  key: true,
})
/** A fault of a macro: an expansion that is no sub-graph. */
export const macroFault = (type: string, sentence: string): Mistake => ({
  code: 'plugin-error',
  message: `"${type}" ${sentence}`,
  hint: 'the fault is in the macro, not in the document: report it to the author of the macro',
  key: true,
  operator: type,
})
export const unusedNode = (kind: string, name: string): Mistake => ({
  code: 'unused-node',
  message: `unused ${kind} ${quote(name)}: no head depends on it`,
  hint: 'use it as an input, or remove it',
  key: true,
})
export const headShape = (node: string, width: number, got: string): Mistake => ({
  code: 'head-shape',
  message:
    `invalid score ${quote(node)}: expected a node of width ${width}${width > 1 ? ', one number per class' : ''}, ` +
    `got ${got}`,
  hint: `add an op { "type": "dense", "units": ${width} }`,
})
export const targetKinds = (key: string, kind: string): Mistake => ({
  code: 'target-kind',
  message: `unsupported "${key}" with "${kind}"`,
  hint: 'a target is a number with "range" and "clip", or "positive", or "atLeast", or "classes"',
  key: true,
})
export const needsClasses = (type: string): Mistake => ({
  code: 'unsupported-head',
  message: `"${type}" needs a target with classes`,
  hint: 'list all values of the column: "target": { "column": "label", "classes": ["a", "b", "c"] }',
  key: true,
})
export const takesNoClasses = (type: string, classed: readonly string[]): Mistake => ({
  code: 'unsupported-head',
  message: `"${type}" takes no target with classes`,
  ...(classed.length > 0 && { hint: `${listed(classed)} ${classed.length > 1 ? 'do' : 'does'}` }),
  key: true,
})
export const unsupportedHead = (type: string, sentence: string): Mistake => ({
  code: 'unsupported-head',
  message: `"${type}" ${sentence}`,
  key: true,
})
export const unsupportedExamples = (what: string): Mistake => ({
  code: 'unsupported-examples',
  message: `unsupported "examples": ${what}`,
  hint: 'remove it',
})
const readOnce = (head: string) =>
  `head ${quote(head)} has "examples": "sequences", which reads a history once for all its events`
/** Why a head cannot read the sequence of its user once. */
export const notSequential = (head: string, reason: string): Mistake => ({
  code: 'unsupported-examples',
  message: `unsupported "examples": ${quote(head)} ${reason}`,
  hint: 'sequences give the state of a user before every event, in one pass over a history',
})
export const laterEvents = (input: string, reason: string, head: string): Mistake => ({
  code: 'not-causal',
  message: `input ${quote(input)} ${reason}`,
  hint: readOnce(head),
  key: true,
})
export const notCausal = (type: string, reason: string, head: string): Mistake => ({
  code: 'not-causal',
  message: `"${type}" ${reason}`,
  hint: readOnce(head),
})
export const sigmoidBeforeLogits = (node: string, type: string): Mistake => ({
  code: 'sigmoid-before-logits',
  message: `unsupported sigmoid in ${quote(node)}: "${type}" takes logits`,
  hint: 'remove the sigmoid: the loss needs the score before it',
})
export const ambiguousRanking = (heads: readonly string[]): Mistake => ({
  code: 'ambiguous-ranking',
  message: `ambiguous ranking: heads ${listed(heads)} read an item`,
  hint: 'set "ranks": true in the head that ranks items',
})
export const ranksTwice = (other: string): Mistake => ({
  code: 'ambiguous-ranking',
  message: `ambiguous ranking: head ${quote(other)} also has "ranks": true`,
  key: true,
})
export const noRankingHead = (hint: string): Mistake => ({
  code: 'no-ranking-head',
  message: 'no head can rank items',
  hint,
})
export const noPredictingHead = (metric: string): Mistake => ({
  code: 'no-predicting-head',
  message: 'no head predicts a column',
  hint: `${quote(metric)} compares predictions with a target column: add "target" to a head`,
})
export const samplesEarly = (type: string): Mistake => ({
  code: 'unsupported-solver',
  message: `"${type}" samples, and another phase follows it`,
  hint: 'make it the last of "solver"',
})
export const allItemsWithHistory = (type: string, node: string): Mistake => ({
  code: 'unsupported-head',
  message:
    `"${type}" compares all items at once, so the history ${quote(node)} of items ` +
    'cannot leave out the event of each example',
  hint: 'give the loss "negatives", or remove the history of items',
})
export const ambiguousMean = (node: string, columns: readonly string[]): Mistake => ({
  code: 'ambiguous-mean',
  message:
    columns.length === 0
      ? `"target-mean" of ${quote(node)} needs a target: no head above it has one`
      : `ambiguous "target-mean" of ${quote(node)}: heads above it predict ${
          new Set(columns).size === 1 ? `${quote(columns[0]!)} in different scales` : listed(columns)
        }`,
  hint:
    columns.length === 0
      ? 'give the head a "target", or start from a number'
      : 'start from a number, or use one for each target',
})
export const needsDistribution = (metric: string, loss: string): Mistake => ({
  code: 'unsupported-metric',
  message: `metric ${quote(metric)} needs the deviation of predictions, which "${loss}" does not give`,
  hint: 'use a loss with a deviation, or a solver that samples as the last phase',
})
export const needsProbabilities = (metric: string, head: string, loss: string, ranks: boolean): Mistake => ({
  code: 'unsupported-metric',
  message: `metric ${quote(metric)} needs probabilities, and head ${quote(head)} predicts numbers by "${loss}"`,
  hint: ranks
    ? `write "${metric}@10" to measure a ranking, or use a loss of logits such as "bce"`
    : 'use a loss of logits such as "bce", or a metric such as "rmse"',
})
export const measuresNoClasses = (metric: string, head: string): Mistake => ({
  code: 'unsupported-metric',
  message: `metric ${quote(metric)} measures numbers, and head ${quote(head)} predicts classes`,
  hint: 'measure "accuracy", "precision", "recall", "f1" or "logloss"',
})
export const unsupportedSolver = (type: string, sentence: string): Mistake => ({
  code: 'unsupported-solver',
  message: `"${type}" ${sentence}`,
})

// Evaluation and search

export const invalidMetric = (text: string): Mistake => ({
  code: 'invalid-metric',
  message: `invalid metric ${quote(text)}: expected name[@k][(variant)]`,
  hint: 'as in "recall@20(truncated)"',
})
export const metricNeedsK = (name: string): Mistake => ({
  code: 'invalid-metric',
  message: `missing "@k" in metric "${name}"`,
  hint: `write "${name}@10"`,
})
export const metricTakesNoK = (name: string, text: string): Mistake => ({
  code: 'invalid-metric',
  message: `unsupported "@k" in metric ${quote(text)}`,
  hint: `write "${name}"`,
})
export const unknownVariant = (name: string, variant: string, known: readonly string[] | 'share'): Mistake => ({
  code: 'invalid-metric',
  message: `unknown variant ${quote(variant)} of metric "${name}"`,
  hint:
    known === 'share'
      ? `expected a number between 0 and 1, as in "${name}(0.9)"`
      : known.length > 0
        ? `expected ${either(known.map(quote))}`
        : `"${name}" has no variants`,
})
export const oneEnd = (pair: readonly unknown[]): Mistake => ({
  code: 'invalid-range',
  message: `invalid "range": expected two different numbers, the lower one first, got ${show(pair)}`,
})
export const logNeedsPositive = (pair: readonly unknown[]): Mistake => ({
  code: 'invalid-range',
  message: `invalid "range": expected numbers > 0 with "scale": "log", got ${show(pair)}`,
})
export const integerNeedsWhole = (pair: readonly unknown[]): Mistake => ({
  code: 'invalid-range',
  message: `invalid "range": expected whole numbers with "integer": true, got ${show(pair)}`,
})
export const repeatedChoice = (value: unknown): Mistake => ({
  code: 'duplicate-choice',
  message: `duplicate value ${show(value)}`,
  hint: 'each value is tried under one name: remove one of the two',
})
export const setTwice = (where: string, other: string): Mistake => ({
  code: 'duplicate-pointer',
  message: `unsupported pointer ${quote(where)}: ${quote(other)} is set too`,
  hint: 'one parameter may set several values, but no value is set twice',
})
export const tooManyTrials = (trials: number, limit: number): Mistake => ({
  code: 'too-many-trials',
  message: `the search has ${trials.toLocaleString('en-US')} trials, expected at most ${limit.toLocaleString('en-US')}`,
  hint: 'use fewer values and "steps", or the strategy "tpe" with a number of "trials"',
})
/** A choice or an end of a range with which the document is not valid. */
export const invalidChoice = (value: unknown, { message, hint }: Mistake, where: string): Mistake => ({
  code: 'invalid-choice',
  message: `invalid document with the value ${show(value)}: ${where}${where === '' ? '' : ': '}${message}`,
  ...hinted(hint),
})
