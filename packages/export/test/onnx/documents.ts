import type { Document } from './agreement.js'

const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const
const solver = { type: 'adam', learningRate: 0.05, epochs: 2, batchSize: 8 } as const
const rating = { target: 'rating', loss: { type: 'mse' } } as const

/** An entry of `ops`. */
interface Op {
  readonly type: string
  readonly inputs: readonly string[]
  readonly [parameter: string]: unknown
}

/** Inputs and tables of a user, an item, the items of a user in order, and texts. */
const inputs = {
  ...ids,
  seen: { type: 'history', entity: 'user' },
  last: { type: 'history', entity: 'user', maxLength: 4 },
  title: { type: 'text/tokens', entity: 'item', maxLength: 5 },
} as const

const embeddings = {
  p: { input: 'user', dim: 4 },
  q: { input: 'item', dim: 4 },
  h: { input: 'seen', dim: 4 },
  l: { input: 'last', dim: 4 },
} as const

/** The inputs and embeddings that ops read, by the names above. */
const readBy = (ops: Readonly<Record<string, Op>>) => {
  const named = new Set(Object.values(ops).flatMap((op) => op.inputs))
  const tables = Object.fromEntries(Object.entries(embeddings).filter(([name]) => named.has(name)))
  const read = new Set([...named, ...Object.values(tables).map(({ input }) => input)])
  return { inputs: Object.fromEntries(Object.entries(inputs).filter(([name]) => read.has(name))), embeddings: tables }
}

/** A document whose score is that of some ops, the last of them one number of a pair. */
const scored = (ops: Readonly<Record<string, Op>>): Document => ({
  ...readBy(ops),
  ops,
  heads: { rating: { inputs: [Object.keys(ops).at(-1)!], ...rating } },
  solver,
})

/** An op that is reduced to a vector where it gives steps, and multiplied by the item. */
const ofUser = (op: Op, steps: boolean) =>
  scored({
    op,
    ...(steps ? { pooled: { type: 'pool', inputs: ['op'], by: ['mean', 'max', 'last'] } } : {}),
    wide: { type: 'dense', inputs: [steps ? 'pooled' : 'op'], units: 4, activation: 'tanh' },
    score: { type: 'dot', inputs: ['wide', 'q'] },
  })

const activations = ['linear', 'relu', 'leakyRelu', 'sigmoid', 'tanh', 'elu', 'selu', 'softplus', 'gelu', 'swish']

const wide = { score: { type: 'dense', inputs: ['op'], units: 1 } } as const

/** Documents by the layers that they are about, by type. */
export const documents: Readonly<Record<string, Readonly<Record<string, Document>>>> = {
  activation: Object.fromEntries(
    activations.map((name) => [
      name,
      scored({
        op: { type: 'activation', inputs: ['p'], function: name },
        both: { type: 'hadamard', inputs: ['op', 'q'] },
        score: { type: 'dense', inputs: ['both'], units: 1 },
      }),
    ]),
  ),
  attention: {
    causal: ofUser({ type: 'attention', inputs: ['h'], blocks: 2, heads: 2, causal: true, dropout: 0.1 }, true),
    whole: ofUser({ type: 'attention', inputs: ['l'], heads: 1 }, true),
  },
  batchNorm: {
    pairs: scored({
      both: { type: 'concat', inputs: ['p', 'q'] },
      op: { type: 'batchNorm', inputs: ['both'], momentum: 0.5 },
      ...wide,
    }),
    steps: ofUser({ type: 'batchNorm', inputs: ['h'], momentum: 0.5 }, true),
  },
  bias: { score: scored({ match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'bias', inputs: ['match'] } }) },
  concat: {
    vectors: scored({ op: { type: 'concat', inputs: ['p', 'q'] }, ...wide }),
    steps: ofUser({ type: 'concat', inputs: ['h', 'h'] }, true),
  },
  conv1d: Object.fromEntries(
    (['same', 'causal'] as const).flatMap((padding) =>
      [1, 2].map((stride) => [
        `${padding} ${stride}`,
        ofUser({ type: 'conv1d', inputs: ['l'], filters: 3, width: 3, stride, padding, activation: 'relu' }, true),
      ]),
    ),
  ),
  cosine: { score: scored({ score: { type: 'cosine', inputs: ['p', 'q'] } }) },
  dense: {
    pairs: scored({
      hidden: { type: 'dense', inputs: ['p', 'q'], units: 5, activation: 'relu' },
      op: { type: 'dense', inputs: ['hidden'], units: 3, useBias: false },
      ...wide,
    }),
    steps: ofUser({ type: 'dense', inputs: ['h'], units: 3 }, true),
  },
  dot: { score: scored({ score: { type: 'dot', inputs: ['p', 'q'] } }) },
  dropout: {
    pairs: scored({
      op: { type: 'dropout', inputs: ['p'], rate: 0.5 },
      score: { type: 'dot', inputs: ['op', 'q'] },
    }),
  },
  gru: {
    last: ofUser({ type: 'gru', inputs: ['h'], units: 3 }, false),
    steps: ofUser({ type: 'gru', inputs: ['l'], units: 3, returns: 'sequence' }, true),
  },
  hadamard: { vectors: scored({ op: { type: 'hadamard', inputs: ['p', 'q'] }, ...wide }) },
  l2Norm: { vectors: scored({ op: { type: 'l2Norm', inputs: ['p'] }, score: { type: 'dot', inputs: ['op', 'q'] } }) },
  layerNorm: {
    vectors: scored({ op: { type: 'layerNorm', inputs: ['p'] }, score: { type: 'dot', inputs: ['op', 'q'] } }),
    steps: ofUser({ type: 'layerNorm', inputs: ['h'] }, true),
  },
  lstm: {
    last: ofUser({ type: 'lstm', inputs: ['h'], units: 3 }, false),
    steps: ofUser({ type: 'lstm', inputs: ['l'], units: 3, returns: 'sequence' }, true),
  },
  mlp: {
    pairs: scored({ op: { type: 'mlp', inputs: ['p', 'q'], units: [5, 3], activation: 'relu' }, ...wide }),
  },
  pool: Object.fromEntries(
    ['mean', 'max', 'sum', 'last'].map((by) => [by, ofUser({ type: 'pool', inputs: ['h'], by: [by] }, false)]),
  ),
  position: { steps: ofUser({ type: 'position', inputs: ['l'] }, true) },
  residual: {
    vectors: scored({
      narrow: { type: 'dense', inputs: ['q'], units: 2 },
      op: { type: 'residual', inputs: ['p', 'narrow', 'q'], gate: true },
      ...wide,
    }),
  },
  sum: {
    vectors: scored({ op: { type: 'sum', inputs: ['p', 'q'], weights: [0.5, 2] }, ...wide }),
    scores: scored({
      a: { type: 'dot', inputs: ['p', 'q'] },
      b: { type: 'cosine', inputs: ['p', 'q'] },
      score: { type: 'sum', inputs: ['a', 'b'], weights: [2, 0.5] },
    }),
  },
  'autoencoder/dense-blocks': {
    user: ofUser({ type: 'autoencoder/dense-blocks', inputs: ['p'], units: 3, blocks: 2 }, false),
  },
  'autoencoder/gaussian-sample': {
    user: scored({
      mean: { type: 'dense', inputs: ['p'], units: 4 },
      spread: { type: 'dense', inputs: ['p'], units: 4 },
      code: { type: 'autoencoder/gaussian-sample', inputs: ['mean', 'spread'] },
      score: { type: 'dot', inputs: ['code', 'q'] },
    }),
  },
  'autoencoder/item-to-item': {
    ease: {
      inputs: { past: { type: 'history', entity: 'user' }, item: ids.item },
      ops: { score: { type: 'autoencoder/item-to-item', inputs: ['past', 'item'], l2: 1 } },
      heads: { row: { inputs: ['score'], loss: { type: 'autoencoder/squares' } } },
      solver: { type: 'autoencoder/ease' },
    },
  },
  'ncf/gmf': { pairs: scored({ op: { type: 'ncf/gmf', inputs: ['user', 'item'], dim: 3 } }) },
  'ncf/mlp': { pairs: scored({ op: { type: 'ncf/mlp', inputs: ['user', 'item'], dim: 3 } }) },
  'ncf/ancf': { pairs: scored({ op: { type: 'ncf/ancf', inputs: ['user', 'item'] } }) },
  'ncf/neumf': { pairs: scored({ op: { type: 'ncf/neumf', inputs: ['user', 'item'] } }) },
  'ncf/fm': { pairs: scored({ op: { type: 'ncf/fm', inputs: ['p', 'q'] } }) },
  'ncf/cross': { pairs: scored({ op: { type: 'ncf/cross', inputs: ['p', 'q'] }, ...wide }) },
  ...Object.fromEntries(
    ['bag', 'cnn', 'gru', 'lstm', 'attention'].map((name) => [
      `text/${name}`,
      {
        title: scored({
          op: { type: `text/${name}`, inputs: ['title'], dim: 4 },
          tall: { type: 'dense', inputs: ['op'], units: 4 },
          score: { type: 'dot', inputs: ['p', 'tall'] },
        }),
      },
    ]),
  ),
}
