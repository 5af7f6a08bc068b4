import type { TObject } from 'typebox'
import { Value } from 'typebox/value'

/** Parameters of an operator, defaults filled in. */
export type Params = Readonly<Record<string, unknown>>

/** The parts of a JSON schema that values are made from. */
interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** Values that a schema accepts, its default first; few, and different from each other. */
const valuesOf = (schema: Schema): readonly unknown[] => distinct([...ownDefault(schema), ...madeOf(schema)])

const ownDefault = ({ default: value }: Schema): readonly unknown[] => (value === undefined ? [] : [value])

const madeOf = (schema: Schema): readonly unknown[] => {
  if ('const' in schema) return [schema.const]
  if (schema.enum) return schema.enum
  const branches = schema.anyOf ?? schema.oneOf
  if (branches) return branches.flatMap((branch) => valuesOf(branch).slice(0, 4))
  switch (schema.type) {
    case 'boolean':
      return [false, true]
    case 'integer':
      return within(schema, [2, 3, 1, 4, 0, 5])
    case 'number':
      return within(schema, [0.5, 0.25, 1, 2, 0.1, 0, 4, -1, 100, 1e6])
    case 'string':
      return ['rating', 'plays']
    case 'array':
      return lists(schema)
    case 'object':
      return objects(schema)
    default:
      return []
  }
}

/** Of some numbers those within the bounds; where none is, the bounds. */
const within = (schema: Schema, numbers: readonly number[]): readonly number[] => {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema
  const fits = (value: number) =>
    value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum
  const found = numbers.filter(fits)
  if (found.length > 1) return found
  const least = Math.max(minimum, exclusiveMinimum)
  const most = Math.min(maximum, exclusiveMaximum)
  const ends = [least, most].filter(Number.isFinite)
  const between =
    ends.length === 2 ? [(least + most) / 2, least + (most - least) / 4] : ends.flatMap((end) => [end + 1, end - 1])
  const more = [...ends, ...between].map((value) => (schema.type === 'integer' ? Math.round(value) : value))
  return [...found, ...more.filter(fits)]
}

const lists = ({ items = {}, minItems = 0, maxItems = Infinity }: Schema): readonly unknown[] => {
  const values = valuesOf(items)
  if (values.length === 0) return minItems === 0 ? [[]] : []
  const filled = (length: number, from: number) =>
    Array.from({ length }, (_, place) => values[(place + from) % values.length])
  const lengths = [Math.max(1, minItems), minItems + 1, 2, minItems].filter(
    (length) => length >= minItems && length <= maxItems,
  )
  return distinct(lengths.flatMap((length) => [filled(length, 0), filled(length, 1)]))
}

/** Values of one property that settings have; others are tried where these change nothing. */
const MOST_VALUES = 4

/** Objects with the required properties, and with each of the others. */
const objects = (schema: Schema): readonly unknown[] => {
  const properties = Object.entries(schema.properties ?? {})
  const required = new Set(schema.required ?? [])
  const base: Record<string, unknown> = {}
  const choices: [string, readonly unknown[]][] = []
  for (const [name, property] of properties) {
    const values = valuesOf(property)
    if (property.default !== undefined) base[name] = property.default
    else if (required.has(name)) {
      if (values.length === 0) return []
      base[name] = values[0]
    }
    choices.push([name, values])
  }
  const varied = choices.flatMap(([name, values]) =>
    values.slice(0, MOST_VALUES).map((value) => ({ ...base, [name]: value })),
  )
  return distinct([base, ...varied])
}

const distinct = (values: readonly unknown[]): readonly unknown[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
]

/** Parameters with the defaults of their schema. */
export const withDefaults = (schema: TObject, given: Params): Params => ({
  ...Object.fromEntries(
    Object.entries(schema.properties as Readonly<Record<string, Schema>>).flatMap(([name, property]) =>
      property.default === undefined ? [] : [[name, structuredClone(property.default)]],
    ),
  ),
  ...given,
})

const accepts = (schema: TObject, params: unknown): params is Params => Value.Check(schema, params)

/** Parameters that an operator accepts by its schema: its defaults, then with one of them changed. */
export const settingsOf = (schema: TObject): readonly Params[] =>
  (objects(schema as unknown as Schema) as readonly Params[]).filter((params) => accepts(schema, params))

/** The settings of given cases, or those that the schema accepts where none are given. */
export const settingsOfCases = (
  schema: TObject,
  cases: readonly { readonly params?: Params }[] | undefined,
): readonly Params[] => (cases ? cases.map(({ params = {} }) => withDefaults(schema, params)) : settingsOf(schema))

/** Settings that differ from these in one parameter, by its name. */
export const variationsOf = (schema: TObject, params: Params): ReadonlyMap<string, readonly Params[]> =>
  new Map(
    Object.entries(schema.properties as Readonly<Record<string, Schema>>).map(([name, property]) => {
      const own = JSON.stringify(params[name])
      const others = valuesOf(property).filter((value) => JSON.stringify(value) !== own)
      const changed = others.map((value): Params => ({ ...params, [name]: value }))
      const { [name]: _, ...without } = params
      const all = name in params ? [...changed, without] : changed
      return [name, all.filter((one) => accepts(schema, one))]
    }),
  )
