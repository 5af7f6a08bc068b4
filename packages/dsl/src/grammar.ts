import { type Input, type Layer, type Loss, type Macro, Schedule, type Solver, TableInit, Type } from '@recspec/core'
import { ChoiceParameter, RangeParameter } from '@recspec/study'
import type { Schema } from './violations.js'

/** Properties that the language adds to each entry of a section; no parameter of an operator may have their names. */
type Common = Readonly<Record<string, Schema>>

const Names = (description: string, least = 1, most?: number): Schema =>
  Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
    minItems: least,
    ...(most !== undefined && { maxItems: most }),
    description,
  }) as unknown as Schema
const Name = (description: string): Schema =>
  Type.String({ minLength: 1, maxLength: 300, description }) as unknown as Schema

const made = new WeakMap<object, Schema>()

/** The schema of an entry with a `type`, made once for each operator. */
const entry = (
  definition: { params: object; summary: string },
  common: Common,
  optional: readonly string[],
): Schema => {
  const known = made.get(definition)
  if (known) return known
  const params = definition.params as { properties?: Record<string, Schema>; required?: readonly string[] }
  const clash = Object.keys(params.properties ?? {}).find((name) => name === 'type' || Object.hasOwn(common, name))
  if (clash !== undefined) throw new Error(`parameter "${clash}" has the name of a property of every entry`)
  const schema: Schema = {
    type: 'object',
    description: definition.summary,
    properties: { type: { type: 'string' }, ...common, ...params.properties },
    required: ['type', ...Object.keys(common).filter((name) => !optional.includes(name)), ...(params.required ?? [])],
    additionalProperties: false,
  }
  made.set(definition, schema)
  return schema
}

/** The property that says what an input reads, by `reads`; keys and interactions need none. */
const readProperties: Partial<Record<Input['reads'], (definition: Input) => Common>> = {
  column: () => ({ column: Name("the column; default: the input's own name") }),
  columns: ({ columns }) => ({ columns: Names('the columns', columns?.least, columns?.most) }),
  vector: () => ({ vectors: Name("the vectors, by their name in the data; default: the input's own name") }),
}

/** An entry of `inputs`. */
export const inputEntry = (definition: Input): Schema =>
  entry(
    definition,
    {
      entity: Type.Enum([...definition.entities], { description: 'what the input belongs to' }) as unknown as Schema,
      ...readProperties[definition.reads]?.(definition),
    },
    ['column', 'vectors'],
  )

/** The names of the properties that say what an input reads. */
export const readNames = (definition: Input): readonly string[] =>
  Object.keys(readProperties[definition.reads]?.(definition) ?? {})

/** An entry of `ops`. */
export const opEntry = (definition: Layer | Macro): Schema =>
  entry(definition, { inputs: Names(`nodes at the ports ${Object.keys(definition.inputs).join(', ')}`) }, [])

/** The object under `loss` of a head. */
export const lossEntry = (definition: Loss): Schema => entry(definition, {}, [])

/**
 * The object under `evaluation.split`, `validation` and `candidates`, a search's strategy, a sampler with
 * parameters.
 */
export const evaluationEntry = (definition: { params: object; summary: string }): Schema => entry(definition, {}, [])

/** A solver, alone or in a list of phases. */
export const solverEntry = (definition: Solver): Schema =>
  entry(
    definition,
    {
      heads: Names('heads of this phase; default: all'),
      trains: Names('what moves; default: all that its heads read'),
    },
    ['heads', 'trains'],
  )

/** Phases that take turns, in a list of phases. */
export const Rounds = Type.Object(
  {
    rounds: Type.Integer({ minimum: 1, maximum: 1000, description: 'how often the phases are trained in turn' }),
    phases: Type.Array(Type.Object({}), { minItems: 1, description: 'solvers, each a phase' }),
  },
  { additionalProperties: false, description: 'Phases that take turns.' },
) as unknown as Schema

/** An entry of `embeddings`; `readEmbedding` checks which properties `table` excludes. */
export const Embedding = Type.Object(
  {
    input: Name('the input whose rows it reads') as never,
    dim: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_536, description: 'width of a row', examples: [16, 32, 64] }),
    ),
    init: Type.Optional(Type.With(TableInit, { description: 'how rows start; default "normal"' })),
    l2: Type.Optional(Type.Number({ minimum: 0, description: 'penalty on rows; default 0' })),
    nu: Type.Optional(
      Type.Number({ minimum: 0, maximum: 4, description: "exponent of a row's count in the penalty; default 1" }),
    ),
    combine: Type.Optional(Type.Enum(['mean', 'sum'], { description: 'makes one vector of several rows' })),
    table: Type.Optional(Name('another embedding whose table this one reads') as never),
  },
  { additionalProperties: false, description: 'A table read by an input.' },
) as unknown as Schema

const Pair = (description: string) => Type.Tuple([Type.Number(), Type.Number()], { description })

const Value = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

/** What a head predicts: a column, and its scale or which of its values are positive. */
export const Target = Type.Union([
  Type.String({ minLength: 1, description: 'the column' }),
  Type.Object(
    {
      column: Type.String({ minLength: 1, description: 'the column' }),
      range: Type.Optional(Pair('lowest and highest value; the loss sees 0 to 1')),
      clip: Type.Optional(Pair('predictions are cut to this')),
      positive: Type.Optional(
        Type.Union([Value, Type.Array(Value, { minItems: 1 })], { description: 'the value or values that count as 1' }),
      ),
      atLeast: Type.Optional(Type.Number({ description: 'the number from which a value counts as 1' })),
      classes: Type.Optional(
        Type.Array(Value, { minItems: 2, maxItems: 65_536, description: 'all values, each a class with a score' }),
      ),
    },
    { additionalProperties: false },
  ),
])

/** An entry of `heads`; its loss is checked separately. */
export const Head = {
  type: 'object',
  description: 'What is predicted, and how wrong a prediction is.',
  properties: {
    inputs: Names("nodes at the loss's ports"),
    loss: { type: 'object', description: 'how wrong a prediction is' },
    target: Type.With(Target, {
      description: 'the column that is predicted, and its scale, or which of its values are positive',
    }),
    weight: Type.With(Schedule, { default: 1, description: 'of the loss beside other heads' }),
    examples: Type.Enum(['events', 'sequences'], {
      description:
        'what an example is where the loss is one of events: `events`, each with the history before it; `sequences`, ' +
        "a user's events, read once and scored at every position; default events",
    }),
    ranks: { type: 'boolean', description: 'the head that orders items, where several read one' },
  },
  required: ['inputs', 'loss'],
  additionalProperties: false,
} as unknown as Schema

const section = (description: string, least = 0): Schema => ({
  type: 'object',
  description,
  additionalProperties: { type: 'object' },
  ...(least > 0 && { minProperties: least }),
})

const Search = {
  type: 'object',
  description: 'Which values `recspec tune` tries.',
  properties: {
    strategy: { type: 'object', description: 'how trials are chosen' },
    metric: {
      type: 'string',
      minLength: 1,
      description: 'what is to be best, on validation rows: name[@k][(variant)]',
    },
    parameters: { ...section('What is varied, each under a name.', 1) },
  },
  required: ['strategy', 'metric', 'parameters'],
  additionalProperties: false,
} as unknown as Schema

/** The schemas of the parameters of `search`, by the property that says which it is. */
export const parameterEntries = { values: ChoiceParameter, range: RangeParameter } as unknown as Readonly<
  Record<'values' | 'range', Schema>
>

/** The section `evaluation`; its splits are checked separately. */
export const Evaluation = {
  type: 'object',
  description: 'How the model is measured.',
  properties: {
    split: { type: 'object', description: 'which rows are held out' },
    validation: { type: 'object', description: 'rows held out of training for early stopping and tuning' },
    candidates: { type: 'object', description: 'what a held-out item is ranked among; default all' },
    metrics: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: 'what is measured: name[@k][(variant)]',
    },
  },
  additionalProperties: false,
} as unknown as Schema

/** The document; its entries are checked separately. */
export const Envelope: Schema = {
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'for editors' },
    recspec: { const: 1, default: 1, description: 'version of the language' },
    normalized: { type: 'boolean', description: 'macros are expanded: names may contain "/"' },
    name: { type: 'string', minLength: 1, maxLength: 128, description: 'of the model' },
    description: { type: 'string', description: 'for people' },
    inputs: section('What is read: ids, columns, histories.', 1),
    embeddings: section('Tables read by inputs.'),
    ops: section('What is computed.'),
    heads: section('What is predicted.', 1),
    solver: {
      anyOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' }, minItems: 1 }],
      description: 'How it is trained; a list is trained in turn, parts of it in rounds.',
    },
    evaluation: Evaluation,
    search: Search,
  },
  required: ['inputs', 'heads', 'solver'],
  additionalProperties: false,
}
