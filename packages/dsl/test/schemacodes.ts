/**
 * Codes of mistakes about one value or one object alone, which a JSON Schema can see; the others need names, shapes or
 * the text.
 */
const schemaCodes: ReadonlySet<string> = new Set([
  'unknown-property',
  'missing-property',
  'invalid-value',
  'invalid-name',
  'unknown-operator',
  'unknown-input',
  'unknown-loss',
  'unknown-solver',
  'unknown-split',
  'unknown-candidate-set',
  'unknown-sampler',
  'unknown-strategy',
  'not-finite',
  'table-parameters',
  'invalid-metric',
  'unknown-metric',
])

/** Whether a JSON Schema sees a mistake. */
export const isSeenBySchema = ({ code }: { readonly code: string }): boolean => schemaCodes.has(code)
