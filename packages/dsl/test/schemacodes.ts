/** Codes of mistakes about one value or one object alone, which a JSON Schema can see; the others need names, shapes or the text. */
export const schemaCodes: ReadonlySet<string> = new Set([
  'unknown-property',
  'missing-property',
  'invalid-value',
  'invalid-name',
  'unknown-operator',
  'unknown-input',
  'unknown-loss',
  'unknown-solver',
  'unknown-split',
  'table-parameters',
])
