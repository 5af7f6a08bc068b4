// The region x song study: IMF and shallow nets 1 to 5 with one loss on the same cells; the expected percentile rank (0
// first, 1 last) of training cells, among all songs, and of held-out cells, a fifth of each region's, among the songs
// that the region does not have.
//
//   node bench/nets.js [--data bench/data/spotify-charts-4.json] [--net imf --net net4-title] [--seed 0] [--set /solver/epochs=10]
//                      [--choose] [--threads 2] [--json]
//
// By default the songs are those in four charts or more; bench/data/spotify-charts.json has all of them. The documents
// are those of examples/. Charts have no plays, so the target is left out and every observed cell weighs 11: α is 10,
// and vectors have 10 dimensions. SETTINGS are what else differs. --choose leaves the held-out cells out and holds out
// a fifth of the rest, to choose settings by; --set changes a value of every document by JSON pointer.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { holdOut, train, useBackend } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { imf } from '@recspec/plugin-imf'
import { text } from '@recspec/plugin-text'

/** Settings of Adam. */
const adam = (batchSize, learningRate, epochs) => ({
  '/solver/batchSize': batchSize,
  '/solver/learningRate': learningRate,
  '/solver/epochs': epochs,
})
const SETTINGS = {
  imf: { '/embeddings/x/l2': 100, '/embeddings/y/l2': 100 },
  'net1-dot': adam(2048, 0.005, 5),
  'net2-dot-bias': adam(2048, 0.005, 5),
  // 2,048 cells with all songs of spotify-charts.json would take 10 GB
  'net3-concat-dense': adam(512, 0.005, 3),
  // large batches: each title is read once a batch
  'net4-title': adam(8192, 0.01, 4),
  'net5-title-artist': adam(8192, 0.01, 4),
}

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('data/spotify-charts-4.json', import.meta.url)) },
    net: { type: 'string', multiple: true, default: Object.keys(SETTINGS) },
    seed: { type: 'string', default: '0' },
    set: { type: 'string', multiple: true, default: [] },
    choose: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(options.seed)
const plugins = [imf, text]
const changes = options.set.map((one) => [one.slice(0, one.indexOf('=')), JSON.parse(one.slice(one.indexOf('=') + 1))])

/** The document of an example for cells without plays. */
const documentOf = (name) => {
  const source = readFileSync(new URL(`../examples/${name}.json`, import.meta.url), 'utf8')
  const document = JSON.parse(source.replace(/^\s*\/\/.*$/gm, ''))
  delete document.heads.plays.target
  const common = { '/embeddings/x/dim': 10, '/embeddings/y/dim': 10, '/heads/plays/loss/alpha': 10 }
  for (const [pointer, value] of [...Object.entries({ ...common, ...SETTINGS[name] }), ...changes]) {
    const path = pointer.split('/').slice(1)
    const last = path.pop()
    path.reduce((found, step) => found[step], document)[last] = value
  }
  return { ...document, evaluation: { split: { type: 'per-user', share: 0.2 }, metrics: ['epr'] } }
}

const graphOf = (name) => {
  if (!SETTINGS[name]) throw new Error(`--net is one of ${Object.keys(SETTINGS).join(', ')}; got ${name}`)
  return compile({ name, text: JSON.stringify(documentOf(name)) }, plugins)
}

/** The percentile rank of training cells where each region's songs come first: they still rank among each other. */
const leastTrained = (graph, { users, items, events }) => {
  const counts = new Float64Array(users.ids.count)
  for (const user of holdOut({ users, items, events }, graph.evaluation, seed, graph.plugins).training.events.user)
    counts[user] += 1
  const cells = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((sum, count) => sum + (count * (count - 1)) / 2 / (items.ids.count - 1), 0) / cells
}

const kernels = await openKernels({ threads: Number(options.threads) })
await useBackend(undefined, kernels)
const rows = []
const measured = (row) => {
  rows.push(row)
  if (!options.json) {
    const { name, trained, heldOut, seconds } = row
    console.log(
      [name.padEnd(18), trained?.toFixed(4) ?? '–', heldOut?.toFixed(4) ?? '–', seconds?.toFixed(0) ?? '–'].join('\t'),
    )
  }
}

try {
  let { dataset } = await readDataset(options.data)
  if (options.choose) {
    const { evaluation, plugins: operators } = graphOf(options.net[0])
    dataset = holdOut(dataset, evaluation, seed, operators).training
  }
  const { users, items, events } = dataset
  if (!options.json) {
    console.log(`${users.ids.count} x ${items.ids.count}, ${events.count} cells with a song in a chart; seed ${seed}`)
    console.log(['document'.padEnd(18), 'training', options.choose ? 'validation' : 'held out', 'seconds'].join('\t'))
  }
  for (const name of options.net) {
    const graph = graphOf(name)
    const { model, evaluation, seconds } = await train(graph, dataset, {
      seed,
      kernels,
      onReport: ({ epoch, loss, seconds: since }) => {
        if (!options.json && process.stderr.isTTY)
          console.error(`${name}  ${epoch}  ${loss.toFixed(5)}  ${since.toFixed(0)} s`)
      },
    })
    if (rows.length === 0) {
      measured({ name: 'the least possible', trained: leastTrained(graph, dataset) })
      measured({ name: 'popularity', heldOut: evaluation.baseline.epr })
    }
    const trained = (await model.evaluate(dataset, 'trained')).metrics.epr
    measured({ name, trained, heldOut: evaluation.metrics.epr, seconds })
  }
} finally {
  await kernels.close()
}
if (options.json) console.log(JSON.stringify(rows))
