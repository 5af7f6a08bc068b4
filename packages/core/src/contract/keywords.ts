const VALUES =
  '$comment $id $schema const default description enum examples exclusiveMaximum exclusiveMinimum format maxItems ' +
  'maxLength maxProperties maximum minItems minLength minProperties minimum multipleOf pattern required title type uniqueItems'
const SCHEMAS = 'additionalItems additionalProperties allOf anyOf contains else if items not oneOf propertyNames then'
const NAMED_SCHEMAS = 'dependencies patternProperties properties'

/** Keywords of JSON Schema (draft 7) that parameters may use, by what they hold. */
const holds = new Map(
  Object.entries({ values: VALUES, schemas: SCHEMAS, named: NAMED_SCHEMAS }).flatMap(([what, words]) =>
    words.split(' ').map((word) => [word, what] as const),
  ),
)

/** The first keyword of a schema that nothing checks, which would accept every value, as a sentence. */
export const unknownKeyword = (schema: unknown, at: string): string | undefined => {
  if (Array.isArray(schema)) return first(schema.entries(), at)
  if (typeof schema !== 'object' || schema === null) return undefined
  for (const [keyword, value] of Object.entries(schema)) {
    const what = holds.get(keyword)
    if (!what && !keyword.startsWith('x-')) return `the schema at ${at} has the unknown keyword "${keyword}"`
    const problem =
      what === 'schemas'
        ? unknownKeyword(value, `${at}/${keyword}`)
        : what === 'named'
          ? first(Object.entries(value as object), `${at}/${keyword}`)
          : undefined
    if (problem !== undefined) return problem
  }
  return undefined
}

const first = (schemas: Iterable<readonly [string | number, unknown]>, at: string): string | undefined => {
  for (const [name, schema] of schemas) {
    const problem = unknownKeyword(schema, `${at}/${name}`)
    if (problem !== undefined) return problem
  }
  return undefined
}
