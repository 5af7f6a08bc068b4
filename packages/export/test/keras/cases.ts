import type { ids as Ids, world as World } from '../../../core/test/world.js'
import type { Case } from './engine.js'

const sgd = (more: object = {}) => ({ type: 'sgd', learningRate: 0.5, batchSize: 10_000, epochs: 1, ...more })
const adam = (more: object = {}) => sgd({ type: 'adam', learningRate: 0.05, ...more })

/** Documents that cover the operators, each with a step of training or a few. */
export const cases = (world: typeof World, ids: typeof Ids): readonly Case[] => {
  const data = world({ users: 13, items: 9 })
  const tables = { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } }
  const dot = { score: { type: 'dot', inputs: ['p', 'q'] } }
  const rating = { column: 'rating', range: [1, 5] }
  const history = { type: 'history', entity: 'user', before: 'event', maxLength: 4 }

  /** A loss on a dot product, with l2 on its tables. */
  const loss = (name: string, given: object, more: object = {}): Case => ({
    name,
    data,
    document: {
      inputs: ids,
      embeddings: {
        p: { input: 'user', dim: 4, l2: 0.05, init: { type: 'normal', deviation: 0.5 } },
        q: { input: 'item', dim: 4, l2: 0.1, nu: 0.5, init: { type: 'normal', deviation: 0.5 } },
        b: { input: 'item', dim: 1, init: { type: 'normal', deviation: 0.5 } },
      },
      ops: {
        match: { type: 'dot', inputs: ['p', 'q'] },
        score: { type: 'sum', inputs: ['match', 'b'] },
      },
      heads: { one: { inputs: ['score'], loss: given, ...more } },
      solver: sgd({ learningRate: 0.1 }),
    },
  })

  /** Ops between user and item tables and a score. */
  const ops = (name: string, given: object, more: object = {}): Case => ({
    name,
    data,
    document: {
      inputs: ids,
      embeddings: {
        p: { input: 'user', dim: 4, init: { type: 'normal', deviation: 0.7 } },
        q: { input: 'item', dim: 4, init: { type: 'normal', deviation: 0.7 } },
      },
      ops: given,
      heads: { one: { inputs: ['score'], target: rating, loss: { type: 'mse' } } },
      solver: sgd(),
      ...more,
    },
  })

  /** Ops on the history of a user, read event by event. */
  const steps = (name: string, given: object, input: object = {}, more: object = {}): Case => ({
    name,
    data,
    document: {
      inputs: { item: ids.item, h: { ...history, ...input } },
      embeddings: {
        q: { input: 'item', dim: 4, init: { type: 'normal', deviation: 0.7 } },
        v: { input: 'h', dim: 4, init: { type: 'normal', deviation: 0.7 }, l2: 0.01 },
      },
      ops: { ...given, score: { type: 'dot', inputs: ['state', 'q'] } },
      heads: { one: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 } } },
      solver: sgd(),
      ...more,
    },
  })

  /** The same, every position of a sequence in one pass. */
  const sequences = (name: string, given: object, more: object = {}): Case =>
    steps(
      name,
      given,
      {},
      {
        heads: {
          one: {
            inputs: ['score'],
            examples: 'sequences',
            loss: { type: 'softmax', negatives: { count: 5, shared: true, exclude: 'none' } },
          },
        },
        solver: sgd(),
        ...more,
      },
    )

  return [
    {
      name: 'neumf',
      data,
      document: {
        inputs: ids,
        embeddings: {
          ...tables,
          s: { input: 'user', dim: 3, l2: 0.1 },
          t: { input: 'item', dim: 3, l2: 0.2, nu: 0.5 },
        },
        ops: {
          match: { type: 'dot', inputs: ['p', 'q'] },
          gmf: { type: 'bias', inputs: ['match'], init: -2, trainable: false },
          mlp: { type: 'mlp', inputs: ['s', 't'], units: [5, 4], activation: 'relu' },
          byMlp: { type: 'dense', inputs: ['mlp'], units: 1, l2: 0.05 },
          score: { type: 'sum', inputs: ['gmf', 'byMlp'] },
        },
        heads: {
          product: { inputs: ['gmf'], loss: { type: 'bce', negatives: { count: 3, exclude: 'none' } } },
          liked: { inputs: ['score'], loss: { type: 'bce', negatives: 2 }, ranks: true },
        },
        solver: [sgd({ heads: ['product'] }), adam({ heads: ['liked'] })],
      },
      phases: [0, 1],
    },
    loss('bce', { type: 'bce' }, { target: { column: 'liked' } }),
    loss('bce-hard', { type: 'bce', negatives: { count: 2, hard: 3 } }),
    loss('bce-batch', { type: 'bce', negatives: { sampler: 'in-batch' } }),
    loss('bpr', { type: 'bpr', negatives: { count: 2, sampler: 'popularity', power: 0.5 } }),
    loss('bpr-shared', { type: 'bpr', negatives: { count: 4, shared: true } }),
    loss('bpr-positives', { type: 'bpr', negatives: 3 }, { target: { column: 'rating', atLeast: 4 } }),
    loss('ccl', { type: 'ccl', negatives: 5, margin: 0.1, weight: 3 }),
    loss('gbce', { type: 'gbce', negatives: 3 }),
    loss('mae', { type: 'mae' }, { target: rating }),
    loss('mse', { type: 'mse' }, { target: { ...rating, clip: [1.5, 4.5] } }),
    loss('softmax', { type: 'softmax', temperature: 0.5 }),
    loss('softmax-sampled', { type: 'softmax', negatives: { count: 4, correct: 'log-q', sampler: 'popularity' } }),
    loss('softmax-batch', { type: 'softmax', negatives: { sampler: 'in-batch', correct: 'log-q' } }),
    loss('softmax-batch-all', { type: 'softmax', negatives: { sampler: 'in-batch', exclude: 'none' } }),
    loss('softmax-shared', { type: 'softmax', negatives: { count: 4, shared: true, correct: 'log-q' } }),
    loss('softmax-bilateral', { type: 'softmax', negativeWeight: 0.7, averagePositives: true, negatives: 3 }),
    loss('warp', { type: 'warp', negatives: 4 }),
    loss('gaussian', { type: 'imf/gaussian', sigma: 0.7 }, { target: rating }),
    loss('weighted-squares', { type: 'imf/weighted-squares', alpha: 0.5 }, { target: { column: 'rating' } }),
    loss('weighted-squares-log', { type: 'imf/weighted-squares', alpha: 0.5, confidence: 'log', epsilon: 0.5 }),
    loss('weighted-squares-all', { type: 'imf/weighted-squares', unobservedWeight: 0.1 }),
    loss('filled-squares', { type: 'imf/filled-squares', fill: 'zero' }, { target: rating }),
    loss('squares', { type: 'autoencoder/squares' }),
    loss('multinomial', { type: 'autoencoder/multinomial' }),
    loss('masked-mse', { type: 'autoencoder/masked-mse' }, { target: rating }),
    loss('masked-bce', { type: 'autoencoder/masked-bce', negatives: 2 }),
    loss('masked-bce-target', { type: 'autoencoder/masked-bce' }, { target: { column: 'liked' } }),
    {
      ...ops('crossentropy', { score: { type: 'dense', inputs: ['p', 'q'], units: 3 } }),
      document: {
        ...ops('crossentropy', { score: { type: 'dense', inputs: ['p', 'q'], units: 3 } }).document,
        heads: {
          one: {
            inputs: ['score'],
            target: { column: 'mood', classes: ['up', 'down', 'flat'] },
            loss: { type: 'crossentropy' },
          },
        },
      },
    },
    ...['linear', 'relu', 'leakyRelu', 'sigmoid', 'tanh', 'elu', 'selu', 'softplus', 'gelu', 'swish'].map((name) =>
      ops(`activation-${name}`, {
        hidden: { type: 'dense', inputs: ['p', 'q'], units: 3, activation: name },
        again: { type: 'activation', inputs: ['hidden'], function: name },
        score: { type: 'dense', inputs: ['again'], units: 1, useBias: false },
      }),
    ),
    ops('cosine', { score: { type: 'cosine', inputs: ['p', 'q'] } }),
    ops('norms', {
      a: { type: 'l2Norm', inputs: ['p'] },
      b: { type: 'layerNorm', inputs: ['q'] },
      both: { type: 'hadamard', inputs: ['a', 'b'] },
      score: { type: 'dense', inputs: ['both'], units: 1 },
    }),
    ops('batch-norm', {
      a: { type: 'batchNorm', inputs: ['p'] },
      joined: { type: 'concat', inputs: ['a', 'q'] },
      b: { type: 'batchNorm', inputs: ['joined'], momentum: 0.5 },
      score: { type: 'dense', inputs: ['b'], units: 1 },
    }),
    ops('residual', {
      deep: { type: 'dense', inputs: ['p', 'q'], units: 3, activation: 'tanh' },
      wide: { type: 'sum', inputs: ['p', 'q'], weights: [0.5, 2] },
      both: { type: 'residual', inputs: ['wide', 'deep'] },
      gated: { type: 'residual', inputs: ['both', 'wide'], gate: true },
      score: { type: 'dense', inputs: ['gated'], units: 1 },
    }),
    ops('cross', {
      a: { type: 'ncf/cross', inputs: ['p', 'q'], layers: 2 },
      b: { type: 'ncf/cross', inputs: ['p', 'q'], layers: 2, kernel: 'matrix' },
      score: { type: 'dense', inputs: ['a', 'b'], units: 1 },
    }),
    ops('fm', { score: { type: 'ncf/fm', inputs: ['p', 'q'] } }),
    ops('dropout', { a: { type: 'dropout', inputs: ['p'], rate: 0 }, score: { type: 'dot', inputs: ['a', 'q'] } }),
    ...['sgd', 'adam', 'rmsprop', 'adagrad'].map((type) =>
      ops(
        `optimizer-${type}`,
        {
          hidden: { type: 'dense', inputs: ['p', 'q'], units: 3 },
          score: { type: 'dense', inputs: ['hidden'], units: 1 },
        },
        {
          solver: sgd({
            type,
            learningRate: { type: 'cosine', from: 0.05, to: 0.01, epochs: 3, warmup: 2 },
            batchSize: 20,
            epochs: 3,
            ...(type === 'sgd' || type === 'rmsprop' ? { momentum: 0.5 } : {}),
            ...(type === 'adam' ? { weightDecay: 0.1 } : {}),
            ...(type === 'adagrad' ? { clipNorm: 0.05 } : {}),
          }),
        },
      ),
    ),
    ops('adam-dense', { ...dot }, { solver: adam({ lazy: false, batchSize: 12, epochs: 2 }) }),
    steps('pool', { state: { type: 'pool', inputs: ['v'], by: ['last'] } }),
    steps('pool-all', {
      all: { type: 'pool', inputs: ['v'], by: ['mean', 'max', 'sum', 'last'] },
      state: { type: 'dense', inputs: ['all'], units: 4 },
    }),
    steps('lstm', { state: { type: 'lstm', inputs: ['v'], units: 4 } }),
    steps('gru', { state: { type: 'gru', inputs: ['v'], units: 4 } }),
    steps('attention', {
      placed: { type: 'position', inputs: ['v'] },
      read: { type: 'attention', inputs: ['placed'], blocks: 2, heads: 2 },
      state: { type: 'pool', inputs: ['read'], by: ['mean'] },
    }),
    steps('conv1d', {
      a: { type: 'conv1d', inputs: ['v'], filters: 3, width: 3, activation: 'relu' },
      b: { type: 'conv1d', inputs: ['a'], filters: 3, width: 2, stride: 2, padding: 'causal' },
      two: { type: 'pool', inputs: ['b'], by: ['max'] },
      state: { type: 'dense', inputs: ['two'], units: 4 },
    }),
    steps('whole-history', { state: { type: 'pool', inputs: ['v'], by: ['sum'] } }, { before: undefined }),
    sequences('sequences-last', {
      placed: { type: 'position', inputs: ['v'] },
      noisy: { type: 'dropout', inputs: ['placed'], rate: 0 },
      read: { type: 'attention', inputs: ['noisy'], blocks: 1, causal: true },
      state: { type: 'pool', inputs: ['read'], by: ['last'] },
    }),
    sequences('sequences-gru', { state: { type: 'gru', inputs: ['v'], units: 4 } }),
    sequences('sequences-mean', {
      near: { type: 'conv1d', inputs: ['v'], filters: 4, width: 2, padding: 'causal' },
      both: { type: 'sum', inputs: ['v', 'near'] },
      state: { type: 'pool', inputs: ['both'], by: ['mean'] },
    }),
    {
      name: 'sequences-bag',
      data,
      document: {
        inputs: { item: ids.item, user: ids.user, h: history },
        embeddings: {
          q: { input: 'item', dim: 4, init: { type: 'normal', deviation: 0.7 }, l2: 0.02 },
          v: { input: 'h', table: 'q', combine: 'mean' },
          p: { input: 'user', dim: 4 },
        },
        ops: { state: { type: 'sum', inputs: ['v', 'p'] }, score: { type: 'dot', inputs: ['state', 'q'] } },
        heads: {
          one: {
            inputs: ['score'],
            examples: 'sequences',
            loss: { type: 'gbce', negatives: { count: 4, shared: true } },
          },
        },
        solver: sgd({ batchSize: 5 }),
      },
    },
    {
      name: 'two-tower',
      data,
      document: {
        inputs: {
          land: { type: 'category', entity: 'user' },
          watched: { type: 'history', entity: 'user', before: 'event', maxLength: 5 },
          item: { ...ids.item, dropout: 0.2 },
          genres: { type: 'categories', entity: 'item', separator: '|' },
          price: { type: 'number', entity: 'item', scale: 'standard' },
        },
        embeddings: {
          l: { input: 'land', dim: 2 },
          v: { input: 'item', dim: 4, l2: 0.01 },
          h: { input: 'watched', table: 'v', combine: 'mean' },
          g: { input: 'genres', dim: 3, combine: 'mean' },
        },
        ops: {
          viewer: { type: 'mlp', inputs: ['l', 'h'], units: [6, 4], activation: 'relu', last: 'linear' },
          video: { type: 'mlp', inputs: ['v', 'g', 'price'], units: [6, 4], activation: 'relu', last: 'linear' },
          score: { type: 'cosine', inputs: ['viewer', 'video'] },
        },
        heads: {
          watch: {
            inputs: ['score'],
            loss: { type: 'softmax', temperature: 0.1, negatives: { sampler: 'in-batch', correct: 'log-q' } },
          },
        },
        solver: sgd({ learningRate: 0.05, batchSize: 20, epochs: 2 }),
      },
    },
    {
      name: 'mult-vae',
      data,
      document: {
        inputs: { seen: { type: 'history', entity: 'user', normalize: 'l2', dropout: 0.5 }, item: ids.item },
        embeddings: {
          in: { input: 'seen', dim: 5, combine: 'sum' },
          out: { input: 'item', dim: 5 },
          b: { input: 'item', dim: 1, init: 'zeros' },
        },
        ops: {
          shifted: { type: 'bias', inputs: ['in'] },
          read: { type: 'activation', inputs: ['shifted'], function: 'tanh' },
          mean: { type: 'dense', inputs: ['read'], units: 3 },
          logVar: { type: 'dense', inputs: ['read'], units: 3 },
          written: { type: 'dense', inputs: ['mean'], units: 5, activation: 'tanh' },
          match: { type: 'dot', inputs: ['written', 'out'] },
          score: { type: 'sum', inputs: ['match', 'b'] },
        },
        heads: {
          row: { inputs: ['score'], loss: { type: 'autoencoder/multinomial' } },
          divergence: {
            inputs: ['mean', 'logVar'],
            loss: { type: 'autoencoder/kl', times: 'interactions' },
            weight: { type: 'linear', from: 0.1, to: 0.2, steps: 6 },
          },
        },
        solver: sgd({ batchSize: 4, epochs: 2 }),
      },
    },
    {
      name: 'noisy-history',
      data,
      document: {
        inputs: {
          seen: { type: 'history', entity: 'user', values: 'rating', dropout: 0.3, noise: 0.4, extremes: 0.3 },
          item: ids.item,
        },
        embeddings: { in: { input: 'seen', dim: 3, combine: 'mean' }, out: { input: 'item', dim: 3 } },
        ops: { score: { type: 'dot', inputs: ['in', 'out'] } },
        heads: { row: { inputs: ['score'], target: rating, loss: { type: 'autoencoder/masked-mse' } } },
        solver: sgd({ learningRate: 0.05, batchSize: 5 }),
      },
    },
    {
      name: 'composite-kl',
      data,
      document: {
        inputs: { seen: { type: 'history', entity: 'user', values: 'rating', center: 'target-mean' }, item: ids.item },
        embeddings: { in: { input: 'seen', dim: 3, combine: 'mean', l2: 0.02 }, out: { input: 'item', dim: 3 } },
        ops: {
          mean: { type: 'dense', inputs: ['in'], units: 3 },
          logVar: { type: 'dense', inputs: ['in'], units: 3 },
          early: { type: 'dense', inputs: ['in'], units: 3 },
          match: { type: 'dot', inputs: ['mean', 'out'] },
        },
        heads: {
          row: { inputs: ['match'], target: rating, loss: { type: 'autoencoder/masked-mse' } },
          prior: { inputs: ['mean', 'early', 'logVar', 'logVar', 'mean'], loss: { type: 'autoencoder/composite-kl' } },
        },
        solver: sgd(),
      },
    },
    {
      name: 'sample',
      data,
      document: {
        inputs: ids,
        embeddings: tables,
        ops: {
          code: { type: 'autoencoder/gaussian-sample', inputs: ['p', 'p'] },
          score: { type: 'dot', inputs: ['code', 'q'] },
        },
        heads: { one: { inputs: ['score'], target: rating, loss: { type: 'mse' } } },
        solver: sgd(),
      },
      phases: [],
    },
    {
      name: 'events',
      data,
      document: {
        inputs: { ...ids, mood: { type: 'category', entity: 'event' } },
        embeddings: { ...tables, m: { input: 'mood', dim: 2, l2: 0.1 } },
        ops: {
          both: { type: 'dense', inputs: ['p', 'q', 'm'], units: 3, activation: 'tanh' },
          score: { type: 'dense', inputs: ['both'], units: 1 },
        },
        heads: {
          stars: { inputs: ['score'], target: rating, loss: { type: 'mse' } },
          again: { inputs: ['score'], target: rating, loss: { type: 'mae' }, weight: 0.5 },
        },
        solver: sgd({ batchSize: 16, epochs: 2 }),
      },
    },
    {
      name: 'two-groups',
      data,
      document: {
        inputs: ids,
        embeddings: { p: { ...tables.p, l2: 0.1 }, q: { ...tables.q, l2: 0.1 } },
        ops: dot,
        heads: {
          stars: { inputs: ['score'], target: rating, loss: { type: 'mse' } },
          liked: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 }, ranks: true },
        },
        solver: sgd({ batchSize: 16 }),
      },
    },
    {
      name: 'item-rows',
      data,
      document: {
        inputs: { user: ids.user, raters: { type: 'history', entity: 'item', values: 'rating' } },
        embeddings: { in: { input: 'raters', dim: 3, combine: 'sum' }, out: { input: 'user', dim: 3 } },
        ops: { score: { type: 'dot', inputs: ['in', 'out'] } },
        heads: { one: { inputs: ['score'], target: rating, loss: { type: 'autoencoder/masked-mse' } } },
        solver: sgd({ learningRate: 0.05 }),
      },
    },
    {
      name: 'along',
      data,
      document: {
        inputs: {
          item: ids.item,
          genres: { type: 'categories', entity: 'item', separator: '|' },
          price: { type: 'number', entity: 'item', scale: 'standard' },
          mood: { type: 'category', entity: 'event' },
          h: history,
          gaps: { type: 'gaps', entity: 'user', before: 'event', maxLength: 4 },
          genresBefore: { ...history, of: 'genres' },
          pricesBefore: { ...history, of: 'price' },
          moodsBefore: { ...history, of: 'mood' },
        },
        embeddings: {
          q: { input: 'item', dim: 4, init: { type: 'normal', deviation: 0.7 } },
          v: { input: 'h', dim: 3 },
          g: { input: 'gaps', dim: 3 },
          k: { input: 'genresBefore', dim: 3, l2: 0.1 },
          all: { input: 'genresBefore', table: 'k', combine: 'mean' },
          m: { input: 'moodsBefore', dim: 3 },
        },
        ops: {
          each: { type: 'concat', inputs: ['v', 'g', 'k', 'm', 'pricesBefore'] },
          read: { type: 'pool', inputs: ['each'], by: ['mean', 'last'] },
          state: { type: 'dense', inputs: ['read', 'all'], units: 4 },
          score: { type: 'dot', inputs: ['state', 'q'] },
        },
        heads: { one: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 } } },
        solver: sgd({ batchSize: 30 }),
      },
    },
    {
      name: 'net5',
      data,
      document: {
        inputs: { ...ids, title: { type: 'text/tokens', entity: 'item', column: 'genres', maxLength: 3 } },
        embeddings: tables,
        ops: {
          match: { type: 'dot', inputs: ['p', 'q'] },
          words: { type: 'text/lstm', inputs: ['title'], dim: 3, units: 3 },
          told: { type: 'dense', inputs: ['words'], units: 1, activation: 'relu' },
          all: { type: 'concat', inputs: ['match', 'told'] },
          score: { type: 'dense', inputs: ['all'], units: 1 },
        },
        heads: {
          plays: {
            inputs: ['score'],
            target: { column: 'rating' },
            loss: { type: 'imf/weighted-squares', alpha: 0.1 },
          },
        },
        solver: sgd({ batchSize: 40, learningRate: 0.1 }),
      },
    },
  ]
}
