import { contentDigest, idsOf, load, train, useBackend } from '@recspec/core'
import { check, compile, compileStored } from '@recspec/dsl'
import { key, openKernels, uniform } from '@recspec/kernels'
import { imf } from '@recspec/plugin-imf'

const ITEMS = 120
const inputs = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const heads = { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }
const embeddings = { p: { input: 'user', dim: 32, l2: 0.02 }, q: { input: 'item', dim: 32, l2: 0.02 } }
const score = { type: 'dot', inputs: ['p', 'q'] }

const documents = {
  served: {
    ...{ name: 'served', inputs, embeddings, ops: { score } },
    heads: { liked: { inputs: ['score'], loss: { type: 'imf/weighted-squares', alpha: 4 } } },
    solver: { type: 'imf/als', iterations: 3 },
  },
  factors: {
    ...{ name: 'factors', inputs, embeddings, ops: { score }, heads },
    solver: { type: 'sgd', batchSize: 1, epochs: 2 },
  },
  deep: {
    ...{ name: 'deep', inputs, embeddings, heads },
    ops: {
      hidden: { type: 'dense', inputs: ['p', 'q'], units: 64, activation: 'relu' },
      deeper: { type: 'dense', inputs: ['hidden'], units: 32, activation: 'tanh' },
      score: { type: 'dense', inputs: ['deeper'], units: 1 },
    },
    solver: { type: 'adam', batchSize: 512, epochs: 2 },
  },
  described: {
    ...{ name: 'described', heads: { liked: { inputs: ['score'], loss: { type: 'bpr' } } } },
    inputs: { ...inputs, user: { ...inputs.user, dropout: 0.3 }, group: { type: 'category', entity: 'user' } },
    embeddings: { ...embeddings, g: { input: 'group', dim: 32 } },
    ops: { who: { type: 'sum', inputs: ['p', 'g'] }, score: { type: 'dot', inputs: ['who', 'q'] } },
    solver: { type: 'adam', batchSize: 256, epochs: 1 },
  },
  wrong: {
    ...{ inputs, ops: { score }, heads: { rating: { ...heads.rating, loss: { type: 'mse', wieght: 1 } } } },
    embeddings: { p: { input: 'user', dim: 0 }, q: { input: 'item' } },
    solver: { type: 'adam', learningRate: { type: 'cosine', initial: 'fast' } },
  },
}
const source = (name) => ({ name: `${name}.json`, text: JSON.stringify(documents[name]) })

/** About a third of all pairs, with ratings of 1 to 5. */
const dataset = (users) => {
  const cells = []
  for (let user = 0; user < users; user++)
    for (let item = 0; item < ITEMS; item++) if (uniform(key(1, user), item) < 0.35) cells.push([user, item])
  const rated = ([user, item]) =>
    1 + Math.floor(4 * uniform(key(2, user % 7, item % 5), 0) + uniform(key(3, user), item))
  const named = (letter, count) => ({
    ids: idsOf(Array.from({ length: count }, (_, index) => `${letter}${index}`)),
    columns: new Map(),
  })
  return {
    users: named('u', users),
    items: named('i', ITEMS),
    events: {
      count: cells.length,
      user: Int32Array.from(cells, ([user]) => user),
      item: Int32Array.from(cells, ([, item]) => item),
      columns: new Map([['rating', { kind: 'number', values: Float64Array.from(cells, rated) }]]),
    },
    notes: [],
  }
}

/** The same events; every user is of one of two groups. */
const grouped = (users) => {
  const found = dataset(users)
  const codes = Int32Array.from({ length: users }, (_, user) => user % 2)
  return {
    ...found,
    users: { ...found.users, columns: new Map([['group', { kind: 'text', values: ['a', 'b'], codes }]]) },
  }
}

/** The bytes of a model that a page could serve. */
export const modelFile = async () => {
  const kernels = await openKernels({ threads: 1 })
  await useBackend(undefined, kernels)
  const { model } = await train(compile(source('served'), [imf]), dataset(300), { kernels, seed: 1 })
  return model.save()
}

/** What this place answers: where it runs, and what must be the same wherever the same implementations run. */
export const answersOf = async (file, { threads, implementation, backend }) => {
  const notes = []
  const note = (text) => notes.push(text)
  const kernels = await openKernels({ threads, note, ...(implementation ? { implementation } : {}) })
  const used = await useBackend(backend, kernels)
  const stored = (document, operators) => compileStored(document, [imf], operators)
  const served = await load(file, stored, { kernels, note })
  const recommended = []
  for (const user of [0, 17, 299]) recommended.push(await served.recommend(user, 5))
  // someone whom no data knows, from the bytes of a model alone
  const { model: trained } = await train(compile(source('described'), []), grouped(50), { kernels, seed: 2 })
  const described = await load(await trained.save(), stored, { kernels, note })
  for (const group of ['a', 'b']) recommended.push(await described.recommendFor({ columns: { group } }, 5))
  const digests = {}
  // enough events of factors for threads to start
  for (const [name, users] of Object.entries({ deep: 200, factors: 2000 })) {
    const { model } = await train(compile(source(name), []), dataset(users), { kernels, seed: 3 })
    digests[name] = await contentDigest(await model.save())
  }
  const mistakes = check(source('wrong'), []).diagnostics.map(({ pointer, message }) => `${pointer} ${message}`)
  const place = { implementation: kernels.implementation, threads: kernels.threads, backend: used, notes }
  await kernels.close()
  return { place, answers: { recommended, digests, mistakes } }
}
