/** A first proposal of editors. */
interface Snippet {
  readonly label: string
  readonly description: string
  readonly body: unknown
}

/** A text that one types over, in this order. */
const stop = (order: number, text: string): string => `\${${order}:${text}}`

/** One of some texts, with commas between them. */
const choice = (order: number, texts: string): string => `\${${order}|${texts}|}`

/** A document to start from. */
const start = {
  recspec: 1,
  name: stop(1, 'model'),
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 16 }, q: { input: 'item', dim: 16 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { liked: { inputs: ['score'], loss: { type: 'bpr' } } },
  solver: { type: 'adam' },
  evaluation: { split: { type: 'per-user', share: 0.2 }, metrics: ['ndcg@10', 'recall@20'] },
}

/** What editors propose first at a place of a document, by the section. */
export const snippets: Readonly<Record<string, readonly Snippet[]>> = {
  document: [
    { label: 'implicit factorization', description: 'a model of what was met, without ratings', body: start },
    {
      label: 'rating factorization',
      description: 'a model that predicts the column "rating"',
      body: {
        ...start,
        heads: { ratings: { inputs: ['score'], target: stop(2, 'rating'), loss: { type: 'mse' } } },
        evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse', 'mae'] },
      },
    },
  ],
  input: [
    { label: 'user', description: 'the ids of users', body: { type: 'id', entity: 'user' } },
    { label: 'item', description: 'the ids of items', body: { type: 'id', entity: 'item' } },
    {
      label: 'category',
      description: 'a column of values',
      body: { type: 'category', entity: choice(1, 'item,user') },
    },
    { label: 'bucket', description: 'a column of numbers', body: { type: 'bucket', entity: choice(1, 'item,user') } },
  ],
  embedding: [{ label: 'table', description: 'a vector for each row', body: { input: stop(1, 'item'), dim: 16 } }],
  op: [
    {
      label: 'dot',
      description: 'dot product of two vectors',
      body: { type: 'dot', inputs: [stop(1, 'p'), stop(2, 'q')] },
    },
    {
      label: 'mlp',
      description: 'a network of dense layers',
      body: { type: 'mlp', inputs: [stop(1, 'p'), stop(2, 'q')], units: [64, 32], activation: 'relu' },
    },
  ],
  head: [
    {
      label: 'ranking',
      description: 'what was met scores higher than what was not',
      body: { inputs: [stop(1, 'score')], loss: { type: 'bpr' } },
    },
    {
      label: 'rating',
      description: 'predicts a column',
      body: { inputs: [stop(1, 'score')], target: stop(2, 'rating'), loss: { type: 'mse' } },
    },
  ],
  solver: [{ label: 'adam', description: 'gradient descent', body: { type: 'adam', epochs: 20, batchSize: 1024 } }],
}
