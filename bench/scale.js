// What docs/scale.md says of sizes: seconds per iteration and peak memory of explicit ALS here and on Spark, on the
// same generated ratings, on one and on two cores, and a model of the seconds fitted to them:
//
//   node bench/scale.js [--cells 1e6,5e6,20e6] [--dim 16] [--iterations 4] [--engines recspec,spark] [--json]
//
// Spark is spark-submit on PATH. The seconds of an iteration are the median of all but the first one.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeTable } from '@recspec/data'
import { alsProgram, sparkSettings } from '@recspec/export'
import { below, key } from '@recspec/kernels'
import { short } from './matrix.js'

const { values: options } = parseArgs({
  options: {
    cells: { type: 'string', default: '1e6,5e6,20e6' },
    dim: { type: 'string', default: '16' },
    iterations: { type: 'string', default: '4' },
    engines: { type: 'string', default: 'recspec,spark' },
    json: { type: 'boolean', default: false },
  },
})
const [dim, iterations] = [Number(options.dim), Number(options.iterations)]
const folder = mkdtempSync(join(tmpdir(), 'recspec-scale-'))
const place = (name) => join(folder, name)
const command = fileURLToPath(new URL('../node_modules/recspec/bin/recspec.js', import.meta.url))

/** Ratings of 200 items a user on average; some items have many more than others. Rows count from 1. */
const generate = async (cells) => {
  const users = Math.ceil(cells / 200)
  const items = Math.min(20_000, Math.ceil(cells / 100))
  async function* blocks() {
    for (let from = 0; from < cells; from += 2 ** 18) {
      const count = Math.min(2 ** 18, cells - from)
      const user = new Int32Array(count)
      const item = new Int32Array(count)
      const rating = new Float32Array(count)
      for (let k = 0; k < count; k++) {
        const draws = key(7, from + k)
        user[k] = 1 + below(users, draws, 0)
        item[k] = 1 + Math.min(below(items, draws, 1), below(items, draws, 2))
        rating[k] = 1 + below(5, draws, 3)
      }
      yield [user, item, rating]
    }
  }
  const columns = ['user', 'item'].map((name) => ({ name, type: 'integer' }))
  await writeTable(place('cells.parquet'), [...columns, { name: 'rating', type: 'float' }], blocks())
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const between = (times) => times.slice(1).map((time, at) => time - times[at])

/** Runs a program; resolves to its lines with their seconds, and the peak of its resident memory in GB. */
const run = (program, args) =>
  new Promise((done, fail) => {
    const start = performance.now()
    const seconds = () => (performance.now() - start) / 1000
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { SPARK_LOCAL_IP: '127.0.0.1', ...process.env },
    })
    let errors = ''
    let peak = 0
    const watch = setInterval(() => {
      try {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]))
      } catch {
        // it is over
      }
    }, 250)
    const lines = []
    createInterface({ input: child.stdout }).on('line', (text) => lines.push({ text, seconds: seconds() }))
    child.stderr.on('data', (data) => {
      errors += data
    })
    child.on('error', fail)
    child.on('close', (code) => {
      clearInterval(watch)
      if (code === 0) done({ lines, seconds: seconds(), peak: peak / 2 ** 20 })
      else fail(new Error(`${program}: exit ${code}\n${errors.split('\n').slice(-12).join('\n')}`))
    })
  })

const engines = {
  async recspec(_, threads) {
    const factors = { dim, l2: 0.1 }
    const document = {
      recspec: 1,
      name: 'scale',
      inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
      embeddings: { p: { input: 'user', ...factors }, q: { input: 'item', ...factors } },
      ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
      heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
      solver: { type: 'imf/als', iterations },
      evaluation: { split: { type: 'ratio', share: 0.001 }, metrics: ['rmse'] },
    }
    writeFileSync(place('scale.json'), JSON.stringify(document))
    const log = place('log.jsonl')
    rmSync(log, { force: true })
    const { seconds, peak } = await run(process.execPath, [
      ...[command, 'train', place('scale.json'), '--data', place('cells.parquet'), '--threads', String(threads)],
      ...['--log', log, '--out', place('model.safetensors'), '--json'],
    ])
    const reports = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ epoch }) => epoch !== undefined)
    return { seconds, peak, iteration: median(between(reports.map((report) => report.seconds))) }
  },

  async spark(cells, threads) {
    const settings = sparkSettings(cells, threads)
    const als = { implicit: false, rank: dim, iterations, regParam: 0.1 }
    writeFileSync(place('als.py'), alsProgram('scale', als, settings))
    const { lines, seconds, peak } = await run('spark-submit', [
      ...['--master', `local[${threads}]`, '--conf', `spark.driver.memory=${settings.driverMemory}m`],
      ...['--conf', `spark.sql.shuffle.partitions=${settings.blocks}`, '--conf', 'spark.ui.enabled=false'],
      ...[place('als.py'), place('cells.parquet'), '', place('factors'), place('checkpoints')],
    ])
    const times = lines.filter(({ text }) => text.includes('"iteration"')).map((line) => line.seconds)
    return { seconds, peak, iteration: median(between(times)) }
  },
}

/**
 * Least squares of seconds = fixed + cells · (serial + parallel / cores), relative to the seconds, in seconds and
 * seconds a million cells; and its largest share of error.
 */
const fit = (rows) => {
  const features = ({ cells, cores }) => [1, cells / 1e6, cells / 1e6 / cores]
  // normal equations, solved by elimination
  const system = [0, 1, 2].map((i) => [
    ...[0, 1, 2].map((j) =>
      rows.reduce((sum, row) => sum + (features(row)[i] * features(row)[j]) / row.iteration ** 2, 0),
    ),
    rows.reduce((sum, row) => sum + features(row)[i] / row.iteration, 0),
  ])
  for (const i of [0, 1, 2])
    for (const j of [0, 1, 2].filter((other) => other !== i)) {
      const factor = system[j][i] / system[i][i]
      system[j] = system[j].map((value, k) => value - factor * system[i][k])
    }
  const [fixed, serial, parallel] = [0, 1, 2].map((i) => system[i][3] / system[i][i])
  const errors = rows.map((row) => {
    const [, cells, share] = features(row)
    return (fixed + serial * cells + parallel * share) / row.iteration - 1
  })
  return {
    ...Object.fromEntries(Object.entries({ fixed, serial, parallel }).map(([name, value]) => [name, short(value)])),
    error: short(Math.max(...errors.map(Math.abs))),
  }
}

const rows = []
for (const cells of options.cells.split(',').map(Number)) {
  await generate(cells)
  for (const cores of [1, 2].filter((count) => count <= cpus().length))
    for (const engine of options.engines.split(',')) {
      const load = short(loadavg()[0])
      const { iteration, seconds, peak } = await engines[engine](cells, cores)
      const row = {
        engine,
        cells,
        cores,
        iteration: short(iteration),
        whole: short(seconds),
        gigabytes: short(peak),
        load,
      }
      rows.push(row)
      if (!options.json)
        console.log(
          `${engine.padEnd(8)} ${String(cells).padStart(9)} cells  ${cores} cores  ${row.iteration} s an iteration  ` +
            `${row.whole} s in all  ${row.gigabytes} GB  load ${load}`,
        )
    }
}
rmSync(folder, { recursive: true, force: true })
const models = Object.fromEntries(
  options.engines.split(',').map((engine) => [engine, fit(rows.filter((row) => row.engine === engine))]),
)
if (options.json) console.log(JSON.stringify({ dim, iterations, rows, models }))
else
  for (const [engine, { fixed, serial, parallel, error }] of Object.entries(models))
    console.log(
      `${engine}: ${fixed} s + million cells · (${serial} s + ${parallel} s / cores), at most ${short(100 * error)} % off`,
    )
