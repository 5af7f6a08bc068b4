// Recommending items that nobody has met yet: examples/cold-items.json beside a random ranking and content-kNN, and the
// same document with ids alone where items have events.
//
//   node bench/cold-items.js --data <liked ratings> [--document examples/cold-items.json] [--seed 0 --seed 1 --seed 2]
//                            [--set /solver/epochs=10] [--only cold] [--threads 2] [--json]
//
//   cold    a fifth of the items is held out with all of their events; recall@20 among cold items, and among all items
//           that the user does not have
//   warm    a tenth of each user's events is held out; recall@20 among all items: the document, and its ids alone
//
//   random       the expectation of a uniform random ranking: 20 of the candidates
//   content-kNN  cosine of an item and the sum of the user's items, tf-idf over genres and words of the title
//
// --set changes a value of the document by JSON pointer.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { evaluate, holdOut, load, train, useBackend } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { compile, compileStored } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { text } from '@recspec/plugin-text'

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('data/ml-1m-liked.json', import.meta.url)) },
    document: { type: 'string', default: fileURLToPath(new URL('../examples/cold-items.json', import.meta.url)) },
    seed: { type: 'string', multiple: true, default: ['0', '1', '2'] },
    set: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: ['cold', 'warm'] },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})

const K = 20
const METRIC = `recall@${K}`
const plugins = [text]
const COLD = {
  split: { type: 'cold-items', share: 0.2 },
  candidates: { type: 'all', among: 'cold' },
  metrics: [METRIC],
}
const WARM = { split: { type: 'per-user', share: 0.1 }, candidates: { type: 'all' }, metrics: [METRIC] }

const withoutComments = (source) => source.replace(/^\s*\/\/.*$/gm, '')
const document = JSON.parse(withoutComments(readFileSync(options.document, 'utf8')))
for (const one of options.set) {
  const [pointer, value] = [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]
  const path = pointer.split('/').slice(1)
  const last = path.pop()
  path.reduce((found, name) => found[name], document)[last] = JSON.parse(value)
}
const graphOf = (given) => compile({ name: given.name, text: JSON.stringify(given) }, plugins)

/** The document without its columns: `sum` and `concat` of ids alone. */
const idsAlone = (given) => {
  const inputs = Object.fromEntries(
    Object.entries(given.inputs)
      .filter(([, { type }]) => type === 'id')
      .map(([name, { dropout: _, ...input }]) => [name, input]),
  )
  const embeddings = Object.fromEntries(Object.entries(given.embeddings).filter(([, { input }]) => inputs[input]))
  const ops = Object.fromEntries(
    Object.entries(given.ops).map(([name, op]) => [
      name,
      { ...op, inputs: op.inputs.filter((from) => embeddings[from] || given.ops[from]) },
    ]),
  )
  return { ...given, inputs, embeddings, ops }
}

/** tf-idf vectors of items over genres and words of titles, L2-normalized: lists of [term, weight]. */
const contentVectors = ({ columns, ids }) => {
  const textOf = (name, item) => {
    const column = columns.get(name)
    return column?.kind === 'text' ? (column.values[column.codes[item]] ?? '') : ''
  }
  const terms = Array.from({ length: ids.count }, (_, item) => [
    ...new Set([
      ...textOf('genres', item).split('|').filter(Boolean),
      ...(textOf('title', item)
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? []),
    ]),
  ])
  const frequency = new Map()
  for (const list of terms) for (const term of list) frequency.set(term, (frequency.get(term) ?? 0) + 1)
  const place = new Map([...frequency.keys()].map((term, index) => [term, index]))
  const vectors = terms.map((list) => {
    const weighted = list.map((term) => [place.get(term), Math.log(ids.count / frequency.get(term))])
    const length = Math.hypot(...weighted.map(([, weight]) => weight)) || 1
    return weighted.map(([term, weight]) => [term, weight / length])
  })
  return { vectors, width: place.size }
}

const contentScorer = ({ events, items }) => {
  const { vectors, width } = contentVectors(items)
  const owned = new Map()
  for (let row = 0; row < events.count; row++) {
    const list = owned.get(events.user[row]) ?? []
    list.push(events.item[row])
    owned.set(events.user[row], list)
  }
  let known = -2
  let profile = new Float64Array(width)
  const profileOf = (user) => {
    if (user === known) return profile
    known = user
    profile = new Float64Array(width)
    for (const item of owned.get(user) ?? []) for (const [term, weight] of vectors[item]) profile[term] += weight
    return profile
  }
  const scorePairs = (users, list) =>
    Float32Array.from(list, (item, row) => {
      const own = profileOf(users[row])
      return item < 0 ? 0 : vectors[item].reduce((sum, [term, weight]) => sum + weight * own[term], 0)
    })
  return { scorePairs, predict: scorePairs }
}

/** The expected recall of a uniform random ranking: the mean of `K` of the candidates of every user with held-out items. */
const randomRecall = (training, test, isCandidate) => {
  const owned = new Map()
  for (let row = 0; row < training.events.count; row++) {
    const list = owned.get(training.events.user[row]) ?? new Set()
    list.add(training.events.item[row])
    owned.set(training.events.user[row], list)
  }
  const candidates = Array.from({ length: training.items.ids.count }, (_, item) => item).filter(isCandidate)
  const users = new Set(test.user)
  let sum = 0
  for (const user of users) {
    const own = owned.get(user) ?? new Set()
    sum += Math.min(1, K / candidates.filter((item) => !own.has(item)).length)
  }
  return sum / users.size
}

const kernels = await openKernels({ threads: Number(options.threads) })
await useBackend(undefined, kernels)
const rows = []
const measured = (protocol, name, seed, value, seconds) => {
  rows.push({ protocol, name, seed, [METRIC]: value, ...(seconds === undefined ? {} : { seconds }) })
  if (!options.json) console.error(`${protocol}  seed ${seed}  ${name}  ${value.toFixed(4)}`)
}
/** Metrics of a trained model under another section `evaluation`. */
const measuredBy = async (model, evaluation, training, test) => {
  const again = await load(
    await model.save(),
    (stored, operators) => compileStored({ ...stored, evaluation }, plugins, operators),
    { kernels },
  )
  return (await again.evaluate({ ...training, test })).metrics[METRIC]
}

try {
  for (const seed of options.seed.map(Number)) {
    const { dataset } = await readDataset(options.data)
    if (options.only.includes('cold')) {
      const graph = graphOf({ ...document, evaluation: COLD })
      const { training, test } = holdOut(dataset, graph.evaluation, seed, graph.plugins)
      const met = new Set(training.events.item)
      const all = { ...COLD, candidates: { type: 'all' } }
      const content = contentScorer(training)
      const by = async (evaluation) =>
        (
          await evaluate(content, training, test, graphOf({ ...document, evaluation }).evaluation, {
            split: graph.evaluation.split,
            seed,
            baseline: false,
          })
        ).metrics[METRIC]
      measured(
        'cold-items-0.2/all-cold',
        'random',
        seed,
        randomRecall(training, test, (item) => !met.has(item)),
      )
      measured('cold-items-0.2/all-cold', 'content-kNN', seed, await by(COLD))
      measured(
        'cold-items-0.2/all',
        'random',
        seed,
        randomRecall(training, test, () => true),
      )
      measured('cold-items-0.2/all', 'content-kNN', seed, await by(all))
      const { model, evaluation, seconds } = await train(graph, dataset, { seed, kernels })
      measured('cold-items-0.2/all-cold', document.name, seed, evaluation.metrics[METRIC], seconds)
      measured('cold-items-0.2/all', document.name, seed, await measuredBy(model, all, training, test), seconds)
    }
    if (options.only.includes('warm'))
      for (const [name, given] of [
        [document.name, document],
        ['ids alone', idsAlone(document)],
      ]) {
        const { evaluation, seconds } = await train(graphOf({ ...given, evaluation: WARM }), dataset, { seed, kernels })
        measured('per-user-0.1/all', name, seed, evaluation.metrics[METRIC], seconds)
      }
  }
} finally {
  await kernels.close()
}

if (options.json) console.log(JSON.stringify(rows))
else {
  const groups = Map.groupBy ? Map.groupBy(rows, key) : grouped(rows)
  console.log(`\n${['protocol', 'ranking', METRIC, 'seeds'].join('\t')}`)
  for (const list of groups.values()) {
    const values = list.map((row) => row[METRIC])
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    console.log(
      [list[0].protocol, list[0].name, mean.toFixed(4), values.map((one) => one.toFixed(4)).join(' ')].join('\t'),
    )
  }
}

function key({ protocol, name }) {
  return `${protocol} ${name}`
}

function grouped(list) {
  const found = new Map()
  for (const row of list) found.set(key(row), [...(found.get(key(row)) ?? []), row])
  return found
}
