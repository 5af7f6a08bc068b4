import type { Report } from './diagnostic.js'
import { either, invalidValue, missingProperty, show, unknownProperty } from './messages.js'
import { isObject, type Path, pointer } from './pointer.js'
import type { Suggest } from './suggest.js'
import { accepts, type Schema, type Violation, violations } from './violations.js'

/** Whether a value matches a schema; reports each violation. */
export const matchesSchema = (
  schema: Schema,
  value: unknown,
  path: Path,
  report: Report,
  suggest: Suggest,
): boolean => {
  const broken = violations(authoredOnce(schema), value)
  if (broken.length === 0) return true
  const misspelt = new Map<string, Set<string>>()
  const suggested = (at: string) => misspelt.get(at) ?? misspelt.set(at, new Set()).get(at)!
  const seen = new Set<string>()
  const placed = broken.map((violation) => ({ ...violation, place: pointer(violation.at) }))
  // unknown properties first: a property that is suggested for one is not reported as missing
  for (const violation of placed.sort((a, b) => priority(a) - priority(b) || a.place.length - b.place.length)) {
    const { rule, at, place, name = '', value: data, schema: broken } = violation
    const here = [...path, ...at]
    if (rule === 'unknown') {
      const known = Object.keys((broken['properties'] ?? {}) as object)
      const absent = known.filter((one) => !isObject(data) || !Object.hasOwn(data, one))
      // names of one or two letters are too short for a distance
      const suggestion = suggest(name, absent) ?? absent.find((one) => one.length === 2 && name.startsWith(one))
      if (suggestion !== undefined) suggested(place).add(suggestion)
      report([...here, name], unknownProperty(name, suggestion, known))
    } else if (rule === 'missing') {
      if (!suggested(place).has(name)) report(here, missingProperty(name))
    } else if (!isBelow(seen, place)) {
      seen.add(place)
      if (rule === 'union') union(broken['anyOf'] as readonly Schema[], data, here, report, suggest)
      else reportInvalid(broken, data, here, report, suggest)
    }
  }
  return false
}

/** Whether a pointer is one of a set, or below one. */
const isBelow = (pointers: ReadonlySet<string>, at: string): boolean => {
  for (let end = at.length; end >= 0; end = at.lastIndexOf('/', end - 1)) {
    if (pointers.has(at.slice(0, end))) return true
    if (end === 0) return false
  }
  return false
}

/** A deep copy with the defaults of a schema filled in, known properties in the schema's order. */
export const fillDefaults = (schema: Schema, value: unknown): unknown => {
  const branches = schema['anyOf'] as readonly Schema[] | undefined
  if (branches) {
    const branch = branches.find((one) => isValid(one, value))
    return branch ? fillDefaults(branch, value) : deepCopy(value)
  }
  const { items } = schema
  if (Array.isArray(value)) return value.map((one) => (isObject(items) ? fillDefaults(items, one) : deepCopy(one)))
  if (!isObject(value)) return value
  const filled: Record<string, unknown> = Object.create(null)
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>
  for (const [name, inner] of Object.entries(properties)) {
    if (Object.hasOwn(value, name)) filled[name] = fillDefaults(inner, value[name])
    else if (Object.hasOwn(inner, 'default')) filled[name] = fillDefaults(inner, inner['default'])
  }
  for (const name of Object.keys(value)) if (!Object.hasOwn(properties, name)) filled[name] = deepCopy(value[name])
  return filled
}

/** The values of parameters that name operators (`x-operator`), with their places. */
export const operatorValues = (
  schema: Schema,
  value: unknown,
  path: Path,
): readonly { readonly section: string; readonly path: Path; readonly value: unknown }[] => {
  const section = schema[operatorKeyword]
  if (typeof section === 'string') return [{ section, path, value }]
  const branches = schema['anyOf'] as readonly Schema[] | undefined
  const chosen = branches?.find((one) => isValid(one, value))
  if (chosen) return operatorValues(chosen, value, path)
  const properties = schema['properties'] as Record<string, Schema> | undefined
  if (!properties || !isObject(value)) return []
  return Object.entries(properties).flatMap(([name, inner]) =>
    Object.hasOwn(value, name) ? operatorValues(inner, value[name], [...path, name]) : [],
  )
}

const deepCopy = (value: unknown): unknown => fillDefaults({}, value)

const priority = ({ rule }: Violation) => (rule === 'unknown' ? 0 : rule === 'missing' ? 1 : 2)

const reportInvalid = (schema: Schema, data: unknown, path: Path, report: Report, suggest: Suggest) => {
  const words = (schema['enum'] ?? []) as readonly unknown[]
  const suggestion =
    typeof data === 'string' ? suggest(data, words.filter((word) => typeof word === 'string') as string[]) : undefined
  report(path, invalidValue(nameOfValue(path), describe(schema, data), data, suggestion))
}

/** Reports a value that matches no branch of a union: by its nearest branch, or else by all of them. */
const union = (branches: readonly Schema[], data: unknown, path: Path, report: Report, suggest: Suggest) => {
  const kind = Array.isArray(data) ? 'array' : data === null ? 'null' : typeof data
  const same = branches.filter((branch) => branch['type'] === kind && !('enum' in branch) && !('const' in branch))
  const tagged = same.filter((branch) => isObject(data) && 'type' in data && tags(branch).includes(data['type']))
  const overlap = (branch: Schema) =>
    isObject(data) ? Object.keys(data).filter((key) => key in ((branch['properties'] ?? {}) as object)).length : 0
  const near = (of: readonly Schema[]) => {
    const most = Math.max(...of.map(overlap))
    return of.filter((branch) => of.length === 1 || overlap(branch) === most)
  }
  // branches with the same tag differ in their other properties: of several equally near ones the first is used
  const nearest = tagged.length > 0 ? near(tagged).slice(0, 1) : near(same)
  const types = same.flatMap(tags)
  if (isObject(data) && tagged.length === 0 && types.length > 0 && typeof data['type'] === 'string') {
    const words = types.filter((word): word is string => typeof word === 'string')
    const expected = either([...new Set(words)].map(show))
    return report([...path, 'type'], invalidValue('"type"', expected, data['type'], suggest(data['type'], words)))
  }
  if (isObject(data) && tagged.length === 0 && types.length > 0 && !('type' in data))
    return report(path, missingProperty('type'))
  if (nearest.length === 1 && kind !== 'string') return void matchesSchema(nearest[0]!, data, path, report, suggest)
  reportInvalid(
    { anyOf: branches, enum: branches.flatMap((branch) => (branch['enum'] as unknown[]) ?? []) },
    data,
    path,
    report,
    suggest,
  )
}

/** The values that the `type` tag of a form may have. */
const tags = (branch: Schema): readonly unknown[] => {
  const type = ((branch['properties'] ?? {}) as Record<string, Schema>)['type']
  if (!type) return []
  return 'const' in type ? [type['const']] : ((type['enum'] as unknown[] | undefined) ?? [])
}

/** How messages name the value at a path. */
const nameOfValue = (path: Path): string => {
  const last = path.at(-1)
  if (last === undefined) return 'document'
  if (!/^\d+$/.test(last)) return show(last).slice(0, 80)
  const owner = path.at(-2)
  return owner === undefined ? 'value' : `${show(owner)}[${last}]`
}

/** What a schema accepts, in words. */
export const describe = (schema: Schema, data?: unknown): string => {
  const branches = schema['anyOf'] as readonly Schema[] | undefined
  if (branches) return either([...new Set(branches.map((branch) => describe(branch, data)))])
  if ('const' in schema) return show(schema['const'])
  if (Array.isArray(schema['enum'])) return either(schema['enum'].map(show))
  const type = schema['type']
  if (type === 'number' || type === 'integer')
    return bounded(type === 'integer' ? 'an integer' : 'a number', schema, data)
  if (type === 'string')
    return Number(schema['maxLength'] ?? 0) > 0 ? `a string of 1 to ${schema['maxLength']} characters` : 'a string'
  if (type === 'boolean') return 'true or false'
  if (type === 'null') return 'null'
  if (type === 'array') {
    const { items } = schema
    if (Array.isArray(items)) return `a list of ${items.length}`
    const of = isObject(items) && 'type' in items ? ` of ${plural[String(items['type'])] ?? 'values'}` : ''
    const { minItems: least, maxItems: most } = schema
    if (least === most && typeof least === 'number') return `a list${of}, ${least} in all`
    if (typeof most === 'number') return `a list${of}, ${least ?? 0} to ${most}`
    return least === 1
      ? `a list${of}, not empty`
      : typeof least === 'number'
        ? `a list${of}, ${least} or more`
        : `a list${of}`
  }
  if (type === 'object') return schema['minProperties'] ? 'an object with at least one entry' : 'an object'
  return 'another value'
}

const plural: Readonly<Record<string, string>> = {
  number: 'numbers',
  integer: 'integers',
  string: 'strings',
  object: 'objects',
  boolean: 'true or false',
}

const bounded = (noun: string, schema: Schema, data: unknown): string => {
  const { exclusiveMinimum, exclusiveMaximum } = schema
  // the general limits of numbers are shown only where they are exceeded
  const shown = (limit: unknown, general: readonly unknown[], exceeded: boolean) =>
    general.includes(limit) && !exceeded ? undefined : limit
  const number = typeof data === 'number' ? data : 0
  const minimum = shown(schema['minimum'], [-mostNumber], number < -mostNumber)
  const maximum = shown(schema['maximum'], [mostInteger, mostNumber], number > Number(schema['maximum']))
  const low = minimum !== undefined ? `≥ ${minimum}` : exclusiveMinimum !== undefined ? `> ${exclusiveMinimum}` : ''
  const high = maximum !== undefined ? `≤ ${maximum}` : exclusiveMaximum !== undefined ? `< ${exclusiveMaximum}` : ''
  return [noun, low && high ? `${low} and ${high}` : low || high].filter(Boolean).join(' ')
}

const isValid = (schema: Schema, value: unknown): boolean => accepts(authoredOnce(schema), value)

const authoredForms = new WeakMap<object, Schema>()

const authoredOnce = (schema: Schema): Schema => {
  const known = authoredForms.get(schema)
  if (known) return known
  const form = authored(schema)
  authoredForms.set(schema, form)
  return form
}

/** The keyword with which a parameter's schema says which operators its value names. */
export const operatorKeyword = 'x-operator'

/** The schema of what an author writes: a property with a default need not be there. */
export const authored = (schema: Schema): Schema => rewrite(schema, false) as Schema

/** The same with the defaults still in it, for editors. */
export const documented = (schema: Schema): Schema => rewrite(schema, true) as Schema

/** Largest value of an integer whose schema has no maximum. */
const mostInteger = 2 ** 31 - 1

/** Largest size of a number whose schema has no limits: weights are float32. */
export const mostNumber = 3.4e38

const rewrite = (schema: unknown, keep: boolean): unknown => {
  if (Array.isArray(schema)) return schema.map((one) => rewrite(one, keep))
  if (!isObject(schema)) return schema
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'default' && !keep) continue
    if (key === 'const' || key === 'enum' || key === 'default') copy[key] = value
    else if (key === 'properties' || key === 'patternProperties')
      copy[key] = Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, rewrite(one, keep)]))
    else copy[key] = rewrite(value, keep)
  }
  // integers are sizes and counts, which fit into 31 bits
  if (schema['type'] === 'integer' && schema['maximum'] === undefined && schema['exclusiveMaximum'] === undefined)
    copy['maximum'] = mostInteger
  if (schema['type'] === 'number') {
    if (schema['maximum'] === undefined && schema['exclusiveMaximum'] === undefined) copy['maximum'] = mostNumber
    if (schema['minimum'] === undefined && schema['exclusiveMinimum'] === undefined) copy['minimum'] = -mostNumber
  }
  const properties = schema['properties'] as Record<string, Schema> | undefined
  if (properties && Array.isArray(schema['required'])) {
    const required = schema['required'].filter((name) => !Object.hasOwn(properties[name] ?? {}, 'default'))
    if (required.length > 0) copy['required'] = required
    else delete copy['required']
  }
  return copy
}
