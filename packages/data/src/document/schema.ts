import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const

/** The name of an environment variable. */
export const connectionName = /^[A-Za-z_][A-Za-z0-9_]*$/

const Role = Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 1 })], {
  description: 'a column by its name, or by its position counted from 1',
})
const Types = Type.Record(Type.String(), Type.Enum(['text', 'number']), {
  description: 'what columns hold, where the first rows do not tell',
})

const file = Type.String({ minLength: 1, description: 'relative to the data document' })

/** How a text file is written; Parquet and JSONL, known by their extensions, have no delimiter, header and quote. */
const text = {
  delimiter: Type.Optional(
    Type.String({ minLength: 1, maxLength: 4, description: 'default a tab for .tsv, else a comma' }),
  ),
  header: Type.Optional(
    Type.Boolean({
      description: 'whether the first line names the columns; default true, with `columns`: if it equals them',
    }),
  ),
  encoding: Type.Optional(Type.Enum(['utf-8', 'latin1', 'utf-16'], { description: 'default utf-8' })),
  quote: Type.Optional(
    Type.String({ maxLength: 1, description: 'one ASCII character, default "; empty where there are no quotes' }),
  ),
}

/** Rows are in a file, or PostgreSQL gives them. */
const source = {
  file: Type.Optional(file),
  query: Type.Optional(
    Type.String({
      pattern: '\\S',
      description: 'one SELECT of PostgreSQL instead of a file; rows are sorted by time, then by all columns',
    }),
  ),
  connection: Type.Optional(
    Type.String({
      pattern: connectionName.source,
      description: 'the name of the environment variable with the connection of the query, as DATABASE_URL',
    }),
  ),
  ...text,
}
const columns = {
  columns: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'names of all columns in order; with `header` true they replace the header',
    }),
  ),
  types: Type.Optional(Types),
}

const Value = Type.Union([Type.String(), Type.Number()])
const Bound = Type.Union([Type.Number(), Type.String()], { description: 'a number, or a date as "2000-01-31"' })
const Condition = Type.Object(
  {
    column: Role,
    atLeast: Type.Optional(Bound),
    atMost: Type.Optional(Bound),
    equals: Type.Optional(Value),
    in: Type.Optional(Type.Array(Value, { minItems: 1, description: 'values; the cell is one of them' })),
    not: Type.Optional(
      Type.Union([Value, Type.Array(Value, { minItems: 1 })], {
        description: 'a value, or a list of values; the cell is none of them',
      }),
    ),
    missing: Type.Optional(Type.Boolean()),
  },
  closed,
)
const rows = {
  where: Type.Optional(
    Type.Union([Condition, Type.Array(Condition)], {
      description: 'the rows to keep: { "column": "rating", "atLeast": 4 }, or a list of conditions that all hold',
    }),
  ),
  derive: Type.Optional(
    Type.Record(
      Type.String({ minLength: 1 }),
      Type.Object({ from: Role, match: Type.String({ minLength: 1, maxLength: 1000 }) }, closed),
      { description: 'new columns: { "year": { "from": "title", "match": "\\((\\d{4})\\)$" } }' },
    ),
  ),
}
const Least = Type.Integer({ minimum: 1 })
const core = {
  core: Type.Optional(
    Type.Union([Least, Type.Object({ users: Type.Optional(Least), items: Type.Optional(Least) }, closed)], {
      description: 'the least events of a user and of an item: 5, or { "users": 5, "items": 3 }',
    }),
  ),
}

/** Interactions: a row each, or (`lists`) a user and then items in each line. */
const events = {
  ...source,
  layout: Type.Optional(Type.Enum(['rows', 'lists'])),
  ...columns,
  ...rows,
  user: Type.Optional(Role),
  item: Type.Optional(Role),
  time: Type.Optional(Role),
  repeats: Type.Optional(
    Type.Enum(['first', 'last'], { description: 'which row of the same user and item is kept; default all are' }),
  ),
} as const
const Events = Type.Object({ ...events, ...core }, closed)
const Test = Type.Object(events, closed)

/** Lines of `(user,item)` and then the items it is compared with. */
const Candidates = Type.Object({ file, ...text, layout: Type.Optional(Type.Literal('candidates')) }, closed)

/** Columns of users or items, a row each. */
const Entities = Type.Object(
  {
    ...source,
    ...columns,
    ...rows,
    id: Type.Optional(Role),
    name: Type.Optional(Role),
    withEvents: Type.Optional(
      Type.Boolean({ description: 'whether only ids that training events have are kept; default false' }),
    ),
  },
  closed,
)

/** The only users whose events may be held out for validation, a row each. */
const Validation = Type.Object({ ...source, ...columns, user: Type.Optional(Role) }, closed)

/** Pretrained vectors: a table with ids and numbers, or an array whose ids are in a second file. */
const Vectors = Type.Object(
  {
    ...source,
    id: Type.Optional(Role),
    vector: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'the column of lists, or a list of columns with a number each; default all columns but the id',
      }),
    ),
    ids: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'for .npy and .safetensors: a text file with one id a line, or .npy; default the row from 0',
      }),
    ),
    tensor: Type.Optional(
      Type.String({ description: 'the array in a .safetensors file; default its only one of 2-d' }),
    ),
  },
  closed,
)

const Tokenizer = Type.Object(
  { file: Type.String({ minLength: 1, description: 'a tokenizer.json, relative to the data document' }) },
  closed,
)

/**
 * The schema of a data document (TypeBox, which is JSON Schema): which files or queries hold events, test rows, stored
 * candidates, users, items, the users to validate on, pretrained vectors and tokenizers, and what their columns mean.
 * Paths are relative to the document, and may lead out of its folder.
 */
export const DataDocument = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    events: Type.Optional(Events),
    test: Type.Optional(Test),
    candidates: Type.Optional(Candidates),
    users: Type.Optional(Entities),
    items: Type.Optional(Entities),
    validation: Type.Optional(Validation),
    vectors: Type.Optional(Type.Record(Type.String(), Vectors)),
    tokenizers: Type.Optional(Type.Record(Type.String(), Tokenizer)),
  },
  closed,
)
export type DataDocument = Static<typeof DataDocument>
