import { builtin, isMacro, type Metric, type Plugin, schedules } from '@recspec/core'
import { ChoiceParameter, RangeParameter, strategies } from '@recspec/study'

interface Param {
  readonly title?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Param[]
  readonly items?: Param
  readonly default?: unknown
  readonly description?: string
  readonly properties?: Readonly<Record<string, Param>>
}
interface Operator {
  readonly summary: string
  readonly params: { readonly properties?: Readonly<Record<string, Param>>; readonly required?: readonly string[] }
}

const value = (one: unknown) => JSON.stringify(one)

/** What a parameter takes, in a few words. */
const takes = (param: Param): string => {
  if (param.title !== undefined) return param.title
  if (param.enum) return param.enum.map(value).join(', ')
  if (param.const !== undefined) return value(param.const)
  if (param.anyOf) return [...new Set(param.anyOf.map(takes))].join(' or ')
  if (param.type === 'array') return `list of ${param.items ? takes(param.items) : 'values'}`
  if (param.type === 'object') return `{ ${Object.keys(param.properties ?? {}).join(', ')} }`
  return (
    { integer: 'whole number', number: 'number', string: 'text', boolean: 'true or false' }[param.type ?? ''] ?? 'value'
  )
}

const cellOf = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A row for every parameter: what it takes, its default, what it means. */
const params = ({ params: { properties = {}, required = [] } }: Operator): readonly string[] =>
  Object.keys(properties).length === 0
    ? []
    : [
        '',
        '| parameter | takes | default | |',
        '|---|---|---|---|',
        ...Object.entries(properties).map(([name, param]) => {
          const preset =
            param.default !== undefined ? value(param.default) : required.includes(name) ? '**required**' : ''
          return `| \`${name}\` | ${cellOf(takes(param))} | ${cellOf(preset)} | ${cellOf(param.description ?? '')} |`
        }),
      ]

const section = <O extends Operator>(
  title: string,
  operators: readonly (readonly [string, O])[],
  more: (one: O) => string,
) => [
  '',
  `## ${title}`,
  ...operators.flatMap(([name, one]) => [
    '',
    `### \`${name}\``,
    '',
    `${one.summary} ${more(one)}`.trim(),
    ...params(one),
  ]),
]

const named = <O>(plugins: readonly Plugin[], of: (plugin: Plugin) => Readonly<Record<string, unknown>> | undefined) =>
  plugins.flatMap((plugin) =>
    Object.entries(of(plugin) ?? {}).map(
      ([name, one]) => [plugin.name ? `${plugin.name}/${name}` : name, one as O] as const,
    ),
  )

const rows = (operators: readonly (readonly [string, Operator])[]) => [
  '',
  '| type | parameters | |',
  '|---|---|---|',
  ...operators.map(
    ([
      name,
      {
        summary,
        params: { properties = {} },
      },
    ]) =>
      `| \`${name}\` | ${Object.entries(properties)
        .map(([key, param]) => `\`${key}\`${param.default === undefined ? '' : ` (${value(param.default)})`}`)
        .join(', ')} | ${cellOf(summary)} |`,
  ),
]

const table = (operators: readonly (readonly [string, Operator])[], head: string) => [
  '',
  `## ${head}`,
  ...rows(operators),
]

const variantsOf = (variants: unknown): string =>
  Array.isArray(variants) ? variants.map((one) => `\`${one}\``).join(', ') : 'a share, as in `(0.9)`'

const intro = `# The language

All a document may contain, generated from the operators; \`recspec schema\` prints the same as JSON Schema. Comments and trailing commas are allowed.

| section | an entry is | keys beside the operator's own |
|---|---|---|
| \`inputs\` | something read of a user, an item or an event | \`type\`, \`entity\` ("user", "item", "event"), \`column\` or \`vectors\` (default: the input's own name), \`columns\` (of inputs that read several) |
| \`embeddings\` | a table read by an input | \`input\`, \`dim\`, \`init\`, \`l2\`, \`nu\`, \`combine\` ("mean", "sum": one vector of several rows; without it a sequence), \`table\` (another embedding whose table it reads) |
| \`ops\` | a step from nodes to a node | \`type\`, \`inputs\` (names of nodes, in the order of the ports) |
| \`heads\` | what is predicted | \`inputs\`, \`loss\` \`{ type, … }\`, \`target\`, \`weight\`, \`examples\` ("events", "sequences"), \`ranks\` |
| \`solver\` | how it is trained: one, or a list of phases | \`type\`, \`heads\` (of this phase), \`trains\` (tables and weights that it trains; the rest is frozen) |
| \`evaluation\` | how it is measured | \`split\`, \`validation\`, \`candidates\`, \`metrics\` |
| \`search\` | which values to try ([search](search.md)) | \`strategy\` \`{ type, … }\`, \`metric\`, \`parameters\`; run by \`recspec tune\`, not by \`train\`, which says so |

Beside the sections a document may have \`name\` (of the model, default: the file's name), \`description\`, \`$schema\` (for editors) and \`recspec\`: 1, the version of the language.

Names are unique across the four sections. Inputs that give **rows** are read through an embedding; inputs that give **numbers** feed ops directly.

- **\`l2\`** adds \`l2 · Σ_rows n_row^nu · ‖row‖²\` to the objective, where n_row is how often an epoch reads the row: with \`nu\` 1 (default) a row pays once per
  reading, with \`nu\` 0 once in all (the plain λ of Hu, Koren and Volinsky).
- **\`init\`**: "normal" (deviation 0.1 / √width), "uniform", "zeros", "ones", "glorot", or \`{ "type": "normal", "deviation": 0.01 }\`; \`{ "type": "vectors", "name": "covers" }\`: rows
  that pretrained vectors of the data have a vector for start as it, the others as "normal".
- **\`target\`**: a column, or an object with one of these beside its \`column\`. A number: \`"range": [1, 5]\`, the loss sees 0 to 1, and \`"clip": [1, 5]\`, predictions are cut to this. A label:
  \`"positive": "Yes"\`, the value or values that count as 1, all others as 0; or \`"atLeast": 4\`, the number from which a value counts as 1. Classes: \`"classes": ["a", "b", "c"]\`, all values of
  the column, for a loss such as \`crossentropy\` and a score with one number for each (\`"units": 3\`).
- **A loss that compares items** (with negatives, in a batch, over all items, or over all cells) takes a label only: its examples are the positive events. The others are no examples, but the user has
  their items: they are in histories, are no negatives with \`"exclude": "observed"\`, and are not recommended. Held-out rows that are not positive are not relevant in ranking metrics, and the
  popularity baseline counts positive events.
- **A number that may change during training** (\`learningRate\`, a head's \`weight\`) may be a schedule: \`{ "type": "linear", "from": 0, "to": 0.2, "steps": 1000 }\`. See
  [Schedules](#schedules).
- **\`negatives\`**: a count, or \`{ "count": 4, "sampler": "uniform" | "popularity" | "in-batch" | "plugin/name" | { "type": …, parameters }, "power": 1, "exclude": "observed" | "none", "hard": 1,
  "shared": false, "correct": "log-q" }\`; drawn anew each epoch; "in-batch" takes no count. \`hard: 8\` draws eight for each negative and takes the one that scores highest; \`shared\` ones are the same for all
  examples of a step and free of l2.
- **\`"examples": "sequences"\`** in a head: a user's events are read once, and the loss is taken at every one of them, each with the history before it and negatives of its own; without it
  each event is an example, its history read anew. \`batchSize\` counts sequences; the loss is still the mean over events. It is for losses of events, and needs histories of the user with
  \`"before": "event"\` and one \`maxLength\`, read by ops that see no later steps: \`attention\` with \`causal\`, \`conv1d\` with padding \`causal\`, \`gru\`, \`lstm\`, \`pool\` (not \`max\`), \`combine\`, and
  ops of each step. What follows them, such as the user's own vector, is unrestricted. A sequence longer than \`maxLength\` is read in pieces, each a sequence of the batch: the history of an
  event begins at its piece, and places count from there. Serving reads the last \`maxLength\` events.
- **Test rows and stored candidates of the data take precedence** over \`split\` and \`candidates\`. Metrics are written \`name[@k][(variant)]\`: \`recall@20(truncated)\`.`

const schedulesText = `## Schedules

A number that may change during training is a number, or an object with a \`type\`, with its length as \`steps\` or \`epochs\` (all but \`constant\` need one of
the two), and optionally with \`warmup\`: so many steps in which the number first rises linearly from 0.

\`\`\`jsonc
"learningRate": { "type": "cosine", "from": 0.001, "to": 0, "epochs": 20, "warmup": 500 }
"learningRate": { "type": "step", "from": 0.1, "factor": 0.5, "epochs": 5 }        // halved after every fifth epoch
\`\`\`

A step is one update of the optimizer, counted from the start of the phase: \`batchSize\` examples. Where the fused kernel takes one example at a time, a whole epoch
uses the rate of its middle. \`recspec explain\` prints how a phase trains.`

/** The reference of the language for a set of plugins, as Markdown. */
export const languageText = (official: readonly Plugin[]): string => {
  const plugins = [builtin, ...official]
  const ports = (inputs: Readonly<Record<string, string>>) =>
    `Inputs: ${Object.entries(inputs)
      .map(
        ([port, kind]) =>
          `${port}${{ many: ' (one or more)', joined: ' (several are concatenated)', rows: ' (an input)' }[kind] ?? ''}`,
      )
      .join(', ')}.`
  return `${[
    intro,
    ...section(
      'Inputs',
      named<Operator & { gives: string }>(plugins, ({ inputs }) => inputs),
      ({ gives }) => `Gives ${gives}.`,
    ),
    ...section(
      'Ops',
      named<Operator & { inputs: Readonly<Record<string, string>> }>(plugins, ({ layers }) => layers),
      (one) => `${ports(one.inputs)}${isMacro(one as never) ? ' A macro: its parts are named `<name>/<part>`.' : ''}`,
    ),
    ...section(
      'Losses',
      named<Operator>(plugins, ({ losses }) => losses),
      () => '',
    ),
    ...section(
      'Solvers',
      named<Operator>(plugins, ({ solvers }) => solvers),
      () => '',
    ),
    '',
    schedulesText,
    ...rows(
      Object.entries(schedules).map(([name, { summary, params }]) => [
        name,
        { summary, params: { properties: params } },
      ]),
    ),
    ...table(
      named<Operator>(plugins, ({ samplers }) => samplers),
      'Samplers',
    ),
    ...table(
      named<Operator>(plugins, ({ splits }) => splits),
      'Splits',
    ),
    ...table(
      named<Operator>(plugins, ({ candidates }) => candidates),
      'Candidates',
    ),
    ...section('Strategies', Object.entries(strategies as unknown as Record<string, Operator>), () => ''),
    '',
    '## Parameters of a search',
    '',
    'Each under a name; [the guide](search.md) says what is measured. A choice:',
    ...params({ summary: '', params: ChoiceParameter as unknown as Operator['params'] }),
    '',
    'A range of numbers:',
    ...params({ summary: '', params: RangeParameter as unknown as Operator['params'] }),
    '',
    '## Metrics',
    '',
    '| metric | variants | better | |',
    '|---|---|---|---|',
    ...named<Metric>(plugins, ({ metrics }) => metrics).map(
      ([name, { k, variants, better, summary }]) =>
        `| \`${name}${k === 'required' ? '@k' : ''}\` | ${variantsOf(variants)} | ${better} | ${cellOf(summary)} |`,
    ),
  ].join('\n')}\n`
}
