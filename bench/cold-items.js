// Recommending items that nobody has met yet: examples/cold-items.json beside a random ranking and content-kNN, and the
// same document with ids alone where items have events.
//
//   node bench/cold-items.js --data <liked ratings> [--document examples/cold-items.json] [--seed 0 --seed 1 --seed 2]
//                            [--set /solver/epochs=10] [--only cold] [--threads 2] [--json]
//
//   cold    a fifth of the items is held out with all of their events; recall@20 among items without training events
//   warm    a tenth of each user's events is held out; recall@20 among all items: the document, and its ids alone
//
//   random       the expectation of a uniform random ranking: 20 of the candidates
//   content-kNN  the sum of the cosines of an item and the user's items, tf-idf over genres and words of the title
//
// --set changes a value of the document by JSON pointer.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { evaluate, holdOut, train, useBackend } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { text } from '@recspec/plugin-text'
import { contentScorer } from './content.js'

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
try {
  for (const seed of options.seed.map(Number)) {
    const { dataset } = await readDataset(options.data)
    if (options.only.includes('cold')) {
      const graph = graphOf({ ...document, evaluation: COLD })
      const { training, test } = holdOut(dataset, graph.evaluation, seed, graph.plugins)
      const met = new Set(training.events.item)
      const protocol = 'cold-items-0.2/all-cold'
      const random = randomRecall(training, test, (item) => !met.has(item))
      measured(protocol, 'random', seed, random)
      const { split } = graph.evaluation
      const content = await evaluate(contentScorer(training), training, test, graph.evaluation, {
        split,
        seed,
        baseline: false,
      })
      measured(protocol, 'content-kNN', seed, content.metrics[METRIC])
      const { evaluation, seconds } = await train(graph, dataset, { seed, kernels })
      measured(protocol, document.name, seed, evaluation.metrics[METRIC], seconds)
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
