import { pointersOf, type SearchParameter, type SearchSection, spaceOf, strategies } from '@recspec/study'
import type { Report } from './diagnostic.js'
import { type EntryContext, readEvaluation } from './entry.js'
import { parameterEntries } from './grammar.js'
import { fillDefaults, matchesSchema } from './jsonschema.js'
import {
  badPointer,
  integerNeedsWhole,
  logNeedsPositive,
  oneEnd,
  repeatedChoice,
  setTwice,
  tooManyTrials,
  unknownPointer,
} from './messages.js'
import { isObject, type Path, pathOf, pointer, valueAt } from './pointer.js'

/** Maximum number of trials of a search. */
const mostTrials = 100_000

const known = new Map(Object.entries(strategies))

/** The section `search` with its defaults; undefined where something about it is wrong. */
export const readSearch = (
  search: Readonly<Record<string, unknown>>,
  reading: EntryContext,
): SearchSection | undefined => {
  const { strategy, metric, parameters } = search
  const chosen = isObject(strategy)
    ? readEvaluation(['search', 'strategy'], 'strategy', strategy, known, reading)
    : undefined
  const read = Object.entries(isObject(parameters) ? parameters : {}).map(
    ([name, value]): readonly [string, SearchParameter | undefined] => [name, readParameter(name, value, reading)],
  )
  if (!chosen || typeof metric !== 'string' || metric === '' || read.length === 0) return undefined
  if (read.some(([, parameter]) => !parameter)) return undefined
  const section: SearchSection = {
    strategy: { type: chosen.type, ...chosen.params },
    metric,
    parameters: Object.fromEntries(read) as Record<string, SearchParameter>,
  }
  const [budget] = budgetOf(section)
  if (budget && budget.range[0] >= budget.range[1]) {
    reading.report(['search', 'strategy', 'budget', 'range'], oneEnd(budget.range))
    return undefined
  }
  const trials = chosen.definition.trials(chosen.params as never, spaceOf(section.parameters))
  if (trials <= mostTrials) return section
  reading.report(['search', 'strategy'], tooManyTrials(trials, mostTrials))
  return undefined
}

/** The budget of the strategy of a search, where it has one. */
export const budgetOf = ({ strategy: { type, ...params } }: SearchSection) => {
  const budget = strategies[type]!.budget?.(params as never)
  return budget ? [budget] : []
}

const ofRanges = ['range', 'scale', 'integer']

const readParameter = (
  name: string,
  value: unknown,
  { report, suggest }: EntryContext,
): SearchParameter | undefined => {
  if (!isObject(value)) return undefined
  const path = ['search', 'parameters', name]
  // a property of ranges that is misspelt is one still
  const ranges = Object.keys(value).some((key) => ofRanges.includes(suggest(key, ofRanges) ?? key))
  const schema = parameterEntries[ranges ? 'range' : 'values']
  if (!matchesSchema(schema, value, path, report, suggest)) return undefined
  const parameter = fillDefaults(schema, value) as SearchParameter
  const mistakes = 'values' in parameter ? choiceMistakes(parameter.values) : rangeMistakes(parameter)
  for (const { at, mistake } of mistakes) report([...path, ...at], mistake)
  return mistakes.length > 0 ? undefined : parameter
}

const choiceMistakes = (values: readonly unknown[]) => {
  const texts = values.map((value) => JSON.stringify(value))
  return texts.flatMap((text, place) =>
    texts.indexOf(text) < place ? [{ at: ['values', `${place}`], mistake: repeatedChoice(values[place]) }] : [],
  )
}

const rangeMistakes = ({ range, scale, integer }: Extract<SearchParameter, { range: unknown }>) => {
  const [low, high] = range
  const mistake =
    low >= high
      ? oneEnd(range)
      : scale === 'log' && low <= 0
        ? logNeedsPositive(range)
        : integer && !range.every(Number.isSafeInteger)
          ? integerNeedsWhole(range)
          : undefined
  return mistake ? [{ at: ['range'], mistake }] : []
}

/**
 * Reports pointers of `search` without a parent in the document; the value itself may be absent (a default). Skips
 * sections in `wrong`. Reports values that are set twice.
 */
export const validateSearch = (
  document: Readonly<Record<string, unknown>>,
  wrong: ReadonlySet<string>,
  report: Report,
): void => {
  const search = document['search']
  if (!isObject(search)) return
  const set = new Map<string, string>()
  for (const { path, text } of pointersIn(search)) {
    const place = pathOf(text)
    if (!place) report(path, badPointer(text))
    else if (wrong.has(place[0] ?? '') || (wrong.size > 0 && !Object.hasOwn(document, place[0] ?? ''))) continue
    else if (place.length === 0 || place[0] === 'search' || !settable(document, place))
      report(path, unknownPointer(text))
    else {
      const other = [...set].find(([before]) => overlaps(before, pointer(place)))
      if (other) report(path, setTwice(text, other[1]))
      set.set(pointer(place), text)
    }
  }
}

/** The pointers of the parameters and of the strategy's budget, with their places. */
const pointersIn = (search: Readonly<Record<string, unknown>>): readonly { path: Path; text: string }[] => {
  const { parameters, strategy } = search
  const owners: readonly (readonly [Path, unknown])[] = [
    ...Object.entries(isObject(parameters) ? parameters : {}).map(
      ([name, parameter]) => [['search', 'parameters', name], parameter] as const,
    ),
    [['search', 'strategy', 'budget'], isObject(strategy) ? strategy['budget'] : undefined],
  ]
  return owners.flatMap(([path, owner]) => {
    const at = isObject(owner) ? owner['at'] : undefined
    const listed = Array.isArray(at)
    const texts = listed || typeof at === 'string' ? pointersOf({ at: at as string | readonly string[] }) : []
    return texts.flatMap((text, index) =>
      typeof text === 'string' ? [{ path: [...path, 'at', ...(listed ? [`${index}`] : [])], text }] : [],
    )
  })
}

/** Whether two pointers are the same, or one is inside the value of the other. */
const overlaps = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)

const settable = (document: unknown, path: readonly string[]): boolean =>
  valueAt(document, path) !== undefined || (path.length > 1 && isObject(valueAt(document, path.slice(0, -1))))
