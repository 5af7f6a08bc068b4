import { Check } from 'typebox/schema'
import { isObject, type Path } from './pointer.js'

/** A JSON Schema, as TypeBox writes it. */
export type Schema = Readonly<Record<string, unknown>>

/** A rule of a schema that a value breaks. */
export interface Violation {
  /** An unknown or a missing property, a union without a branch for the value, or any other rule. */
  readonly rule: 'unknown' | 'missing' | 'union' | 'value'
  /** Where the value is, below the value that was checked. */
  readonly at: Path
  readonly value: unknown
  /** The schema of the value. */
  readonly schema: Schema
  /** The name of an unknown or missing property. */
  readonly name?: string
}

/** A schema, taken apart where violations have places of their own; its other rules are left to TypeBox. */
interface Rules {
  readonly schema: Schema
  readonly properties: ReadonlyMap<string, Rules>
  readonly patterns: readonly (readonly [RegExp, Rules])[]
  /** Of properties without rules of their own; false: there may be none. */
  readonly others: Rules | boolean
  readonly required: readonly string[]
  /** Of all entries of a list, or of the first ones, each its own. */
  readonly items?: Rules | readonly Rules[]
  /** Of the entries after those. */
  readonly more?: Rules
  readonly branches?: readonly Rules[]
  readonly rest?: Schema | boolean
}

/** What a value breaks of a schema. Schemas are interpreted: pages may forbid code that is made of text. */
export const violations = (schema: Schema, value: unknown): readonly Violation[] => [
  ...broken(rulesOf(schema), value, []),
]

/** Whether a value breaks nothing of a schema. */
export const accepts = (schema: Schema, value: unknown): boolean => fits(rulesOf(schema), value)

const fits = (rules: Rules, value: unknown): boolean => broken(rules, value, []).next().done === true

function* broken(rules: Rules, value: unknown, at: Path): Generator<Violation> {
  const { schema, items, more, branches, rest } = rules
  if (rest !== undefined && !Check(rest, value)) yield { rule: 'value', at, value, schema }
  if (isObject(value)) yield* brokenProperties(rules, value, at)
  if (Array.isArray(value) && items)
    for (const [index, one] of value.entries()) {
      const inner = 'schema' in items ? items : (items[index] ?? more)
      if (inner) yield* broken(inner, one, [...at, `${index}`])
    }
  if (branches && !branches.some((branch) => fits(branch, value))) yield { rule: 'union', at, value, schema }
}

function* brokenProperties(rules: Rules, value: Record<string, unknown>, at: Path): Generator<Violation> {
  const { schema, properties, patterns, others, required } = rules
  for (const name of required) if (!Object.hasOwn(value, name)) yield { rule: 'missing', at, value, schema, name }
  if (others !== true || patterns.length > 0)
    for (const name of Object.keys(value)) {
      const named = patterns.filter(([pattern]) => pattern.test(name))
      for (const [, inner] of named) yield* broken(inner, value[name], [...at, name])
      if (named.length > 0 || others === true || properties.has(name)) continue
      if (others) yield* broken(others, value[name], [...at, name])
      else yield { rule: 'unknown', at, value, schema, name }
    }
  for (const [name, inner] of properties)
    if (Object.hasOwn(value, name)) yield* broken(inner, value[name], [...at, name])
}

/** Keywords that say nothing about values. */
const annotations = new Set(['title', 'description', 'default', 'examples', '$comment', '$id', '$schema'])

const taken = new WeakMap<object, Rules>()

const rulesOf = (schema: unknown): Rules => {
  if (!isObject(schema)) return { ...nothing, schema: {}, rest: schema === true }
  const known = taken.get(schema)
  if (known) return known
  const { properties, patternProperties, additionalProperties, required, items, anyOf, ...rest } = schema
  const left: Record<string, unknown> = Object.fromEntries(
    Object.entries(rest).filter(([keyword]) => !annotations.has(keyword) && !keyword.startsWith('x-')),
  )
  const more = Array.isArray(items) && isObject(left['additionalItems']) ? rulesOf(left['additionalItems']) : undefined
  if (more) delete left['additionalItems']
  // whether there are entries after the first ones depends on how many those are
  else if (Array.isArray(items)) left['items'] = items.map(() => true)
  const rules: Rules = {
    schema,
    properties: new Map(Object.entries(properties ?? {}).map(([name, inner]) => [name, rulesOf(inner)])),
    patterns: Object.entries(patternProperties ?? {}).map(([text, inner]) => [new RegExp(text, 'u'), rulesOf(inner)]),
    others: isObject(additionalProperties) ? rulesOf(additionalProperties) : additionalProperties !== false,
    required: (required ?? []) as readonly string[],
    ...(items === undefined ? {} : { items: Array.isArray(items) ? items.map(rulesOf) : rulesOf(items) }),
    ...(more ? { more } : {}),
    ...(Array.isArray(anyOf) ? { branches: anyOf.map(rulesOf) } : {}),
    ...(Object.keys(left).length > 0 ? { rest: left } : {}),
  }
  taken.set(schema, rules)
  return rules
}

const nothing = { properties: new Map(), patterns: [], others: true, required: [] } as const
