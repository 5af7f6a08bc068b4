/** Ids of users and items, as inputs of a document. */
export const IDS = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }

const NUMBERS = Array.from({ length: 20 }, (_, number) => number)

const csv = (lines: readonly string[]) => `${lines.join('\n')}\n`

/** 20 users, each with the 10 items of their own parity and the time of each event. */
export const implicitBoard = (): string =>
  csv([
    'user,item,rating,time',
    ...NUMBERS.flatMap((user) =>
      NUMBERS.filter((item) => user % 2 === item % 2).map((item) => `u${user},i${item},1,${(item + user) % 20}`),
    ),
  ])

/** Ratings of three quarters of all pairs: high where user and item have the same parity, low elsewhere. */
export const ratedBoard = (): string =>
  csv([
    'user,item,rating',
    ...NUMBERS.flatMap((user) =>
      NUMBERS.filter((item) => (user * 7 + item * 3) % 4 !== 0).map(
        (item) => `u${user},i${item},${(Math.abs(user - item) % 2 === 0 ? 4 : 1) + (item % 2)}`,
      ),
    ),
  ])

/** Titles of the items of both: "Film 0" to "Film 19". */
export const titles = (): string => csv(['item,title', ...NUMBERS.map((item) => `i${item},Film ${item}`)])

/** Implicit feedback on `implicitBoard`. */
export const BOARD = {
  name: 'board',
  inputs: IDS,
  embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 2 } } },
  solver: { type: 'adam', learningRate: 0.05, epochs: 60, batchSize: 32 },
  evaluation: { split: { type: 'leave-one-out' }, metrics: ['hr@5', 'ndcg@5'] },
}

/** Options that run a command on the CPU and one thread. */
export const CPU = ['--backend', 'cpu', '--threads', '1'] as const
