import { builtin, Type } from '@recspec/core'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pointer } from './pointer.js'
import { accepts, type Schema, type Violation, violations } from './violations.js'

const options = { strict: false, ownProperties: true, allErrors: true, verbose: true, logger: false } as const

/** Ajv's names for rules with a place of their own. */
const rules: Readonly<Record<string, Violation['rule']>> = {
  additionalProperties: 'unknown',
  required: 'missing',
  anyOf: 'union',
}

/** What Ajv finds, without what it finds inside the branches of a union. */
const expected = (validate: ValidateFunction, value: unknown): readonly string[] => {
  if (validate(value)) return []
  const errors = validate.errors ?? []
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  const inUnion = ({ schemaPath }: ErrorObject) => unions.some((union) => schemaPath.startsWith(`${union.schemaPath}/`))
  const found = errors
    .filter((error) => !inUnion(error))
    .map(({ keyword, instancePath, params }) => {
      const name = params['additionalProperty'] ?? params['missingProperty'] ?? ''
      return `${rules[keyword] ?? 'value'} ${instancePath} ${name}`
    })
  return [...new Set(found)].sort()
}

const found = (schema: Schema, value: unknown): readonly string[] =>
  violations(schema, value)
    .map(({ rule, at, name = '' }) => `${rule} ${pointer(at)} ${name}`)
    .sort()

const words = ['a', 'b', 'type', 'x/y~z', '__proto__', 'constructor', 'toString', 'normal', 'deviation', '1']
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, -1, 0, 1, 2, 2.5, 3, 1e9, '', 'a', 'ab', 'normal', '1'),
    fc.array(tie('value'), { maxLength: 4 }),
    // without prototypes, like what is parsed
    fc
      .dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 5 })
      .map((entries) => Object.assign(Object.create(null), entries)),
  ),
})).value

const own: Readonly<Record<string, unknown>> = {
  'open object': { type: 'object', properties: { a: { type: 'integer' } }, required: ['a', 'toString'] },
  'closed object': Type.Object(
    { a: Type.Number({ minimum: 0, maximum: 2 }), b: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
  'named by patterns': {
    type: 'object',
    minProperties: 2,
    patternProperties: { '^[a-z]$': { type: 'number' }, '^.x?$': { minimum: 1 } },
    properties: { type: { const: 'a' }, 'x/y~z': { type: 'array', items: { type: 'boolean' } } },
    additionalProperties: false,
  },
  'others by a schema': { type: 'object', additionalProperties: { type: 'array', minItems: 1 } },
  record: Type.Record(Type.String(), Type.Union([Type.Integer(), Type.Null()])),
  pair: Type.Tuple([Type.Number(), Type.String({ minLength: 2 })]),
  'pair and more': { type: 'array', items: [{ type: 'number' }], additionalItems: { type: 'string' }, maxItems: 3 },
  lists: Type.Array(Type.Array(Type.Object({ a: Type.Integer() })), { minItems: 1 }),
  union: Type.Union([
    Type.Integer({ multipleOf: 2 }),
    Type.Array(Type.String({ pattern: '^a' })),
    Type.Object({ type: Type.Enum(['a', 'normal']), deviation: Type.Number() }, { additionalProperties: false }),
  ]),
  'several at once': { type: ['number', 'string'], enum: [1, 2, 'a'], not: { const: 2 } },
  anything: {},
}
const ofBuiltins = Object.values(builtin).flatMap((section) =>
  typeof section !== 'object'
    ? []
    : Object.entries(section as Record<string, { params?: unknown }>).flatMap(([name, { params }]) =>
        params ? [[`parameters of ${name}`, params] as const] : [],
      ),
)

test.each([...Object.entries(own), ...ofBuiltins])('finds what Ajv finds: %s', (_, schema) => {
  const ajv = new Ajv(options).compile(schema as Schema)
  fc.assert(
    fc.property(json, (value) => {
      const broken = expected(ajv, value)
      expect(found(schema as Schema, value)).toEqual(broken)
      expect(accepts(schema as Schema, value)).toBe(broken.length === 0)
    }),
    { numRuns: 300 },
  )
})

test('entries of a list that must differ are compared by value', () => {
  const schema = { type: 'array', uniqueItems: true }
  const object = (value: unknown) => Object.assign(Object.create(null), { toString: value })
  expect(accepts(schema, [1, '1', null, object(1), object(2)])).toBe(true)
  expect(accepts(schema, [object(1), 1, object(1)])).toBe(false)
})
