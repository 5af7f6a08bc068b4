// Documents made to be expensive to check, as large as the limits allow unless `size` says less.

/** What a document may hold at most (`limits` of @recspec/dsl), less a margin for what stands around the large part. */
const MOST_VALUES = 9_900
const MOST_BYTES = 256 * 1024

const ID = (entity) => ({ type: 'id', entity })
const inputs = { user: ID('user'), item: ID('item') }
const embeddings = { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } }
const ops = { score: { type: 'dot', inputs: ['p', 'q'] } }
const heads = { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }
const solver = { type: 'sgd' }

const plain = { inputs, embeddings, ops, heads, solver }
const keyed = (count, entry, prefix = 'n') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, entry(index)]))
const list = (count, entry) => Array.from({ length: count }, (_, index) => entry(index))
const padded = (text, size) => text.padEnd(size, 'x')

/** Every kind of document, by name; `size` is the number of values that the large part may hold. */
const kinds = {
  plain: () => plain,

  // sums of sums: the number of paths doubles with each
  ...Object.fromEntries(
    ['sgd', 'adam', 'imf/als', 'imf/gibbs', 'imf/svd'].map((type) => [
      `sum chain under ${type}`,
      (size) => {
        const length = Math.floor(size / 6)
        const chain = keyed(
          length,
          (index) => {
            const below = index === 0 ? 'score' : `s${index - 1}`
            return { type: 'sum', inputs: [below, below] }
          },
          's',
        )
        return {
          ...plain,
          ops: { ...ops, ...chain },
          heads: { rating: { ...heads.rating, inputs: [`s${length - 1}`] } },
          solver: { type, ...(type === 'imf/als' || type === 'imf/gibbs' || type === 'imf/svd' ? {} : { epochs: 1 }) },
        }
      },
    ]),
  ),
  'sum of every earlier op': (size) => {
    const length = Math.floor(Math.sqrt(size * 1.6))
    const sums = keyed(
      length,
      (index) => ({
        type: 'sum',
        inputs: ['score', ...list(index, (below) => `s${below}`)],
      }),
      's',
    )
    return { ...plain, ops: { ...ops, ...sums }, heads: { rating: { ...heads.rating, inputs: [`s${length - 1}`] } } }
  },
  'one sum of many': (size) => ({
    ...plain,
    ops: { ...ops, all: { type: 'sum', inputs: list(size, () => 'score') } },
    heads: { rating: { ...heads.rating, inputs: ['all'] } },
    solver: { type: 'imf/als' },
  }),
  'concat of many': (size) => ({
    ...plain,
    ops: {
      wide: { type: 'concat', inputs: list(size, () => 'p') },
      score: { type: 'dense', inputs: ['wide'], units: 1 },
    },
    solver: { type: 'imf/als' },
  }),
  'chain of biases': (size) => {
    const length = Math.floor(size / 5)
    const chain = keyed(length, (index) => ({ type: 'bias', inputs: [index === 0 ? 'score' : `b${index - 1}`] }), 'b')
    return {
      ...plain,
      ops: { ...ops, ...chain },
      heads: { rating: { ...heads.rating, inputs: [`b${length - 1}`] } },
      solver: { type: 'imf/als' },
    }
  },

  // macros
  'ncf/fm of many': (size) => ({
    ...plain,
    ops: { score: { type: 'ncf/fm', inputs: list(size, (index) => (index % 2 ? 'p' : 'q')) } },
  }),
  'ncf/fm of 400': () => ({
    ...plain,
    ops: { score: { type: 'ncf/fm', inputs: list(400, (index) => (index % 2 ? 'p' : 'q')) } },
    solver: { type: 'imf/als' },
  }),
  'many ncf/fm': (size) => {
    const count = Math.floor(size / 40)
    return {
      ...plain,
      ops: {
        ...keyed(count, () => ({ type: 'ncf/fm', inputs: list(30, (index) => (index % 2 ? 'p' : 'q')) }), 'fm'),
        score: { type: 'sum', inputs: list(count, (index) => `fm${index}`) },
      },
    }
  },
  'deep mlp': (size) => ({
    ...plain,
    ops: {
      deep: { type: 'mlp', inputs: ['p', 'q'], units: list(size, () => 8), normalize: 'batch', dropout: 0.1 },
      score: { type: 'dense', inputs: ['deep'], units: 1 },
    },
  }),
  'deep ncf/neumf': (size) => ({
    ...plain,
    ops: { score: { type: 'ncf/neumf', inputs: ['user', 'item'], dim: 8, units: list(size, () => 8) } },
    heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 4 } } },
  }),
  'many macros': (size) => {
    const count = Math.floor(size / 8)
    return {
      ...plain,
      ops: {
        ...keyed(count, () => ({ type: 'ncf/neumf', inputs: ['user', 'item'], units: [4, 4] }), 'm'),
        score: { type: 'sum', inputs: list(count, (index) => `m${index}`) },
      },
    }
  },
  ...Object.fromEntries(
    [1e3, 1e6, 1e9, 2 ** 31 - 1, 1e300].map((layers) => [
      `ncf/cross of ${layers} layers`,
      () => ({
        ...plain,
        ops: {
          crossed: { type: 'ncf/cross', inputs: ['p', 'q'], layers },
          score: { type: 'dense', inputs: ['crossed'], units: 1 },
        },
      }),
    ]),
  ),
  'huge numbers': () => ({
    ...plain,
    embeddings: { p: { input: 'user', dim: 65_536 }, q: { input: 'item', dim: 65_536 } },
    ops: {
      wide: { type: 'mlp', inputs: ['p', 'q'], units: [1e9, 2 ** 31 - 1] },
      score: { type: 'dense', inputs: ['wide'], units: 1 },
    },
    solver: { type: 'sgd', epochs: 1e300, batchSize: 1e62 },
  }),

  // evaluation, phases, heads
  'many metrics': (size) => ({ ...plain, evaluation: { metrics: list(size, () => 'rmse') } }),
  'many ranking metrics': (size) => ({
    ...plain,
    evaluation: { metrics: list(size, (index) => `recall@${index + 1}`) },
  }),
  'many unknown metrics': (size) => ({ ...plain, evaluation: { metrics: list(size, (index) => `recal${index}@10`) } }),
  'many invalid metrics': (size) => ({ ...plain, evaluation: { metrics: list(size, () => '') } }),
  'many phases over many biases': (size) => {
    const count = Math.floor(size / 11)
    return {
      ...plain,
      ops: {
        ...ops,
        ...keyed(count, (index) => ({ type: 'bias', inputs: [index === 0 ? 'score' : `b${index - 1}`] }), 'b'),
      },
      heads: { rating: { ...heads.rating, inputs: [`b${count - 1}`] } },
      solver: list(count, (index) => ({ type: 'sgd', trains: [`b${index}`] })),
    }
  },
  'many als phases over one sum': (size) => {
    const count = Math.floor(size / 8)
    return {
      ...plain,
      ops: { ...ops, all: { type: 'sum', inputs: list(count, () => 'score') } },
      heads: { rating: { ...heads.rating, inputs: ['all'] } },
      solver: list(count * 2, () => ({ type: 'imf/als' })),
    }
  },
  'many phases that train everything': (size) => ({
    ...plain,
    ops: {
      ...keyed(size / 10, (index) => ({ type: 'bias', inputs: [index === 0 ? 'score' : `b${index - 1}`] }), 'b'),
      ...ops,
    },
    heads: { rating: { ...heads.rating, inputs: [`b${Math.ceil(size / 10) - 1}`] } },
    solver: list(size / 4, () => ({ type: 'sgd' })),
  }),
  'one phase that trains many': (size) => ({
    ...plain,
    solver: { type: 'sgd', trains: list(size, (index) => (index % 2 ? 'p' : 'q')) },
  }),
  'one phase that trains a macro often': (size) => ({
    ...plain,
    ops: {
      deep: { type: 'mlp', inputs: ['p', 'q'], units: list(size / 2, () => 8) },
      score: { type: 'dense', inputs: ['deep'], units: 1 },
    },
    solver: { type: 'sgd', trains: list(size / 2, () => 'deep') },
  }),
  'many heads': (size) => ({
    ...plain,
    heads: keyed(Math.floor(size / 7), (index) => ({ ...heads.rating, ranks: index === 0 }), 'h'),
  }),
  'many heads that rank': (size) => ({ ...plain, heads: keyed(Math.floor(size / 6), () => heads.rating, 'h') }),
  'many heads, many phases': (size) => ({
    ...plain,
    heads: keyed(Math.floor(size / 12), (index) => ({ ...heads.rating, ranks: index === 0 }), 'h'),
    solver: list(Math.floor(size / 5), () => ({ type: 'sgd' })),
  }),
  'many searches': (size) => ({
    ...plain,
    search: {
      strategy: { type: 'grid' },
      metric: 'rmse',
      parameters: keyed(Math.floor(size / 6), () => ({ at: ['/solver/epochs'], values: [1, 2] }), 's'),
    },
  }),
  'one long search': (size) => ({
    ...plain,
    search: {
      strategy: { type: 'grid' },
      metric: 'rmse',
      parameters: { a: { at: list(size, (index) => `/ops/${index}/x`), values: [1] } },
    },
  }),

  // names
  'many unknown names': (size) => ({
    ...plain,
    ops: { ...ops, all: { type: 'sum', inputs: ['score', ...list(size, (index) => `scor${index}`)] } },
    heads: { rating: { ...heads.rating, inputs: ['all'] } },
  }),
  'unknown names beside many ops': (size) => ({
    ...plain,
    ops: keyed(Math.floor(size / 5), (index) => ({ type: 'bias', inputs: [`unknow${index}`] }), 'node'),
  }),
  'long unknown names beside long names': (size) => ({
    ...plain,
    embeddings: keyed(
      Math.floor(Math.min(size / 4, 700)),
      () => ({ input: padded('user', 120), dim: 4 }),
      padded('embedding', 116),
    ),
  }),
  'unknown properties': (size) => ({
    ...plain,
    solver: { type: 'sgd', ...keyed(size, (index) => index, 'epochs') },
  }),
  'unknown properties of the document': (size) => ({ ...plain, ...keyed(size, (index) => index, 'embeddings') }),
  'unknown types': (size) => ({
    ...plain,
    ops: keyed(Math.floor(size / 5), (index) => ({ type: `dott${index}`, inputs: ['p', 'q'] })),
  }),
  'unused ops': (size) => ({
    ...plain,
    ops: { ...ops, ...keyed(Math.floor(size / 6), () => ({ type: 'dot', inputs: ['p', 'q'] })) },
  }),
  'unused chain': (size) => ({
    ...plain,
    ops: {
      ...ops,
      ...keyed(Math.floor(size / 5), (index) => ({ type: 'bias', inputs: [index === 0 ? 'p' : `n${index - 1}`] })),
    },
  }),
  'duplicate names': (size) => ({
    ...plain,
    embeddings: { ...embeddings, ...keyed(Math.floor(size / 8), () => embeddings.p) },
    ops: { ...ops, ...keyed(Math.floor(size / 8), () => ops.score) },
  }),
  'invalid names': (size) => ({
    ...plain,
    ops: { ...ops, ...keyed(Math.floor(size / 6), () => ops.score, 'a b') },
  }),
  'names of many bytes': () => ({
    ...plain,
    ops: { ...ops, [padded('n', 200_000)]: ops.score },
  }),
  'names of 128 signs': (size) => {
    const count = Math.floor(Math.min(size / 5, 850))
    const name = (index) => padded(`n${index}`, 128)
    return {
      ...plain,
      ops: {
        ...ops,
        ...Object.fromEntries(
          list(count, (index) => [name(index), { type: 'bias', inputs: [index === 0 ? 'score' : name(index - 1)] }]),
        ),
      },
      heads: { rating: { ...heads.rating, inputs: [name(count - 1)] } },
    }
  },
  'macros with long names': (size) => ({
    ...plain,
    ops: {
      [padded('m', 128)]: { type: 'mlp', inputs: ['p', 'q'], units: list(Math.min(size, 900), () => 8) },
      score: { type: 'dense', inputs: [padded('m', 128)], units: 1 },
    },
  }),
  'a long type': () => ({ ...plain, ops: { score: { type: padded('dot', 200_000), inputs: ['p', 'q'] } } }),
  'many long types': (size) => ({
    ...plain,
    ops: keyed(Math.floor(Math.min(size / 5, 1500)), (index) => ({
      type: padded(`dot${index}`, 120),
      inputs: ['p', 'q'],
    })),
  }),

  // cycles
  'one long cycle': (size) => {
    const length = Math.floor(size / 5)
    return {
      ...plain,
      ops: { ...ops, ...keyed(length, (index) => ({ type: 'bias', inputs: [`n${(index + 1) % length}`] })) },
    }
  },
  'many cycles of two': (size) => ({
    ...plain,
    ops: { ...ops, ...keyed(Math.floor(size / 10) * 2, (index) => ({ type: 'bias', inputs: [`n${index ^ 1}`] })) },
  }),
  'many cycles of one': (size) => ({
    ...plain,
    ops: { ...ops, ...keyed(Math.floor(size / 5), (index) => ({ type: 'bias', inputs: [`n${index}`] })) },
  }),
  'everything reads everything': (size) => {
    const count = Math.floor(Math.sqrt(size) * 0.98)
    return {
      ...plain,
      ops: { ...ops, ...keyed(count, () => ({ type: 'sum', inputs: list(count, (index) => `n${index}`) })) },
    }
  },
  'cycles that share a path': (size) => {
    const length = Math.floor(size / 6)
    return {
      ...plain,
      ops: {
        ...ops,
        ...keyed(length, (index) => ({
          type: 'sum',
          inputs: [`n${(index + 1) % length}`, `n${(index * 7) % length}`],
        })),
      },
    }
  },

  // shapes, tables
  'many mistakes of shape': (size) => ({
    ...plain,
    embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 5 } },
    ops: keyed(Math.floor(size / 6), () => ({ type: 'dot', inputs: ['p', 'q'] })),
    heads: keyed(1, () => ({ ...heads.rating, inputs: ['n0'] }), 'h'),
  }),
  'a mistake of shape at many inputs': (size) => ({
    ...plain,
    embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 5 } },
    ops: { score: { type: 'hadamard', inputs: list(size, (index) => (index % 2 ? 'p' : 'q')) } },
  }),
  'many tables': (size) => ({
    ...plain,
    embeddings: { ...embeddings, ...keyed(Math.floor(size / 6), () => ({ input: 'user', dim: 4 }), 'e') },
    ops: { score: { type: 'sum', inputs: list(Math.floor(size / 6), (index) => `e${index}`) } },
  }),
  'many embeddings of one table': (size) => ({
    ...plain,
    embeddings: {
      ...embeddings,
      ...keyed(Math.floor(size / 6), () => ({ input: 'user', table: 'p' }), 'e'),
    },
    ops: { score: { type: 'sum', inputs: ['p', ...list(Math.floor(size / 6), (index) => `e${index}`)] } },
  }),
  'a chain of tables': (size) => ({
    ...plain,
    embeddings: {
      ...embeddings,
      ...keyed(Math.floor(size / 5), (index) => ({ input: 'user', table: index === 0 ? 'p' : `e${index - 1}` }), 'e'),
    },
  }),
  'many inputs': (size) => ({
    ...plain,
    inputs: {
      ...inputs,
      ...keyed(Math.floor(size / 5), () => ({ type: 'number', entity: 'user' }), 'x'),
    },
    ops: { score: { type: 'dense', inputs: list(Math.floor(size / 5), (index) => `x${index}`), units: 1 } },
  }),
}

/** Documents that are not written as an object: damaged, or hostile to a parser. */
const texts = {
  'open brackets': (size) => '['.repeat(size),
  'nested lists': (size) => '['.repeat(size) + ']'.repeat(size),
  'nested objects': (size) => '{"a":'.repeat(size) + '1' + '}'.repeat(size),
  '64 levels': () => `{"inputs":${'{"a":'.repeat(62)}1${'}'.repeat(62)}}`,
  'a list of numbers': (size) => `[${list(size, (index) => index).join()}]`,
  'a list of commas': (size) => `[${','.repeat(size)}]`,
  'a long text': () => `{"name":"${'x'.repeat(MOST_BYTES - 20)}"}`,
  'a long text of escapes': () => `{"name":"${'\\u0000'.repeat((MOST_BYTES - 20) / 6)}"}`,
  'a long number': () => `{"recspec":${'9'.repeat(MOST_BYTES - 20)}}`,
  'many infinite numbers': (size) => `{"x":[${list(size, () => '1e999').join()}]}`,
  'a long comment': () => `/*${'*'.repeat(MOST_BYTES - 10)}*/{}`,
  'many comments': () => '/**/'.repeat(MOST_BYTES / 4),
  'many lines': () => '\n'.repeat(MOST_BYTES - 2) + '{}',
  'many lines with mistakes': (size) =>
    `{"solver":{"type":"sgd",\n${list(size, (index) => `"e${index}":1`).join(',\n')}}}`,
  'one long line with mistakes': (size) => `{"solver":{"type":"sgd",${list(size, (index) => `"e${index}":1`).join()}}}`,
  'duplicate keys': (size) => `{${list(size, () => '"a":1').join()}}`,
  'more than the limit': () => `{"name":"${'x'.repeat(MOST_BYTES)}"}`,
  'more values than the limit': () => `[${'0,'.repeat(MOST_VALUES * 2)}0]`,
  garbage: () => `{]"'\\`.repeat(MOST_BYTES / 5),
}

/** One document of each kind; `size` values at most in its large part. */
export const hostile = (size = MOST_VALUES) => [
  ...Object.entries(kinds).map(([kind, document]) => ({ kind, text: JSON.stringify(document(size)) })),
  ...Object.entries(texts).map(([kind, text]) => ({ kind, text: text(size) })),
]

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
const randomOf = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random documents: graphs of random ops with random mistakes, as many as `count`. */
export const generated = (seed, count, size = MOST_VALUES) =>
  list(count, (number) => {
    const random = randomOf(seed * 1_000_003 + number)
    const below = (limit) => Math.floor(random() * limit)
    const one = (choices) => choices[below(choices.length)]
    const mistakes = random() < 0.5 ? 0 : random() * 0.3
    const misspelt = (word) => (random() < mistakes ? `${word}z` : word)
    const values = Math.ceil(size * random() ** 2)
    const written = ['p', 'q', 'x', 'score']
    const made = { ...ops }
    const widest = 1 + below(random() < 0.2 ? 300 : 5)
    for (let used = 0; used < values; ) {
      const name = `o${written.length}`
      const type = one([
        'sum',
        'sum',
        'bias',
        'dot',
        'hadamard',
        'concat',
        'dense',
        'mlp',
        'residual',
        'cosine',
        'l2Norm',
        'dropout',
        'activation',
        'batchNorm',
        'ncf/fm',
        'ncf/gmf',
        'ncf/neumf',
        'ncf/cross',
      ])
      const few = { bias: 1, dot: 2, cosine: 2, l2Norm: 1, dropout: 1, activation: 1, batchNorm: 1 }[type]
      const recent = () =>
        random() < 0.02 * mistakes
          ? `o${below(written.length * 2)}`
          : written[Math.max(0, written.length - 1 - below(random() < 0.7 ? 4 : written.length))]
      const tables = type === 'ncf/gmf' || type === 'ncf/neumf'
      const read = tables ? ['user', 'item'] : list(few ?? 1 + below(widest), () => misspelt(recent()))
      const parameters = {
        dense: { units: one([1, 1, 4, 8]) },
        mlp: { units: list(1 + below(4), () => one([1, 4, 8])) },
        dropout: { rate: 0.1 },
        'ncf/cross': { layers: 1 + below(6) },
      }[type]
      made[misspelt(name)] = { type: misspelt(type), inputs: read, ...parameters }
      written.push(name)
      used += read.length + 4 + Object.keys(parameters ?? {}).length
    }
    const phases = list(random() < 0.5 ? 1 : 1 + below(60), () => ({
      type: misspelt(one(['sgd', 'adam', 'imf/als', 'imf/gibbs', 'imf/svd'])),
      ...(random() < 0.5 && { trains: list(1 + below(20), () => misspelt(one(written))) }),
    }))
    const document = {
      inputs: { ...inputs, x: { type: 'number', entity: 'user' } },
      embeddings,
      ops: made,
      heads: keyed(
        1 + below(random() < 0.8 ? 2 : 40),
        (index) => ({
          inputs: [misspelt(written.at(-1 - below(Math.min(written.length, 6))))],
          loss: { type: one(['mse', 'bce', 'mae']) },
          target: 'rating',
          ...(index === 0 && { ranks: true }),
        }),
        'h',
      ),
      solver: phases.length === 1 ? phases[0] : phases,
      evaluation: { metrics: list(1 + below(50), () => misspelt(one(['rmse', 'mae', 'recall@10', 'ndcg@5', 'nll']))) },
    }
    return { kind: `generated ${number} by seed ${seed}`, text: JSON.stringify(document) }
  })
