// Samples per second of NeuMF-8 (He et al., WWW 2017) trained by Adam with 4 negatives, on every backend of this
// machine:
//
//   node bench/neumf.js --data bench/data/ml-1m-ncf.json [--batch 256 --batch 1024] [--backend wasm] [--steps 400] [--rounds 3] --json
//
// A sample is one user, one item and one label. "batch" counts samples, as PyTorch does; a document's batchSize counts
// positives, each of which brings 4 negatives along, so a step has 5 · round(batch / 5) samples: 255 and 1,025.
// Everything from one step to the next is inside, drawing included; what is not is the order of an epoch's examples,
// once in 4,850 or 19,494 steps. samples_per_second is of the best round after a fifth of it for the engine to warm up;
// samples_per_second_quiet of the quickest tenth of steps, which says more where other programs run.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { backends, train, useBackend } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { ncf } from '@recspec/plugin-ncf'

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    batch: { type: 'string', multiple: true, default: ['256', '1024'] },
    backend: { type: 'string', multiple: true },
    steps: { type: 'string', default: '400' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})
if (!options.data) throw new Error('needs --data FILE')
const NEGATIVES = 4
/** Updates that a step ends with: four tables, five kernels and five biases. */
const UPDATES = 14
const [steps, most, rounds, threads] = [options.steps, options.seconds, options.rounds, options.threads].map(Number)

const document = (batchSize) => ({
  name: 'neumf-8',
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  ops: { score: { type: 'ncf/neumf', inputs: ['user', 'item'], dim: 8, deepDim: 32, units: [32, 16, 8] } },
  heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: NEGATIVES } } },
  solver: { type: 'adam', learningRate: 0.001, epochs: 1000, batchSize },
  evaluation: { split: { type: 'given' }, metrics: ['hr@10'] },
})

/**
 * Milliseconds of each step of a run from the start, without the first fifth: so many steps, or as many as the seconds
 * allow.
 */
const run = async (graph, dataset, kernels) => {
  const stop = new AbortController()
  const ends = []
  let updates = 0
  const update = (...args) => {
    kernels.update(...args)
    if (++updates % UPDATES !== 0) return
    ends.push(performance.now())
    if (ends.length > steps * 1.25 || ends.at(-1) - ends[0] > most * 1000) stop.abort()
  }
  await train(graph, dataset, { kernels: { ...kernels, update }, signal: stop.signal })
  const times = ends.slice(1).map((end, step) => end - ends[step])
  return times.slice(Math.floor(times.length / 5))
}

const print = (line) => {
  if (options.json) return console.log(JSON.stringify(line))
  const { backend, batch, samples_per_second, samples_per_second_quiet } = line
  const quiet = `${samples_per_second_quiet} in its quickest tenth`
  console.log(`${backend.padEnd(10)} batch ${batch}  ${samples_per_second} samples/s, ${quiet}`)
}

const tensorflow = fileURLToPath(new URL('../.tensorflow/index.cjs', import.meta.url))
if (existsSync(tensorflow)) {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  const { warn } = console
  // two copies of tfjs-core share one engine on purpose, and say so for every kernel
  console.warn = () => {}
  createRequire(import.meta.url)(tensorflow)
  console.warn = warn
}
const { dataset } = await readDataset(options.data)
const kernels = await openKernels({ threads })
for (const backend of options.backend ?? backends()) {
  await useBackend(backend, kernels)
  for (const batch of options.batch.map(Number)) {
    const batchSize = Math.max(1, Math.round(batch / (1 + NEGATIVES)))
    const samples = batchSize * (1 + NEGATIVES)
    const graph = compile({ name: 'neumf-8', text: JSON.stringify(document(batchSize)) }, [ncf])
    let [best, quiet] = [Infinity, Infinity]
    for (let round = 0; round < rounds; round++) {
      const times = (await run(graph, dataset, kernels)).sort((a, b) => a - b)
      best = Math.min(best, times.reduce((sum, time) => sum + time, 0) / times.length)
      quiet = Math.min(quiet, times[Math.floor(times.length / 10)])
    }
    print({
      peer: 'recspec',
      task: 'neumf-adam',
      backend,
      batch,
      samples_per_step: samples,
      samples_per_second: Math.round((samples / best) * 1000),
      samples_per_second_quiet: Math.round((samples / quiet) * 1000),
      milliseconds_per_step: Number(best.toPrecision(4)),
      threads,
      load: Number(loadavg()[0].toFixed(1)),
    })
  }
}
await kernels.close()
