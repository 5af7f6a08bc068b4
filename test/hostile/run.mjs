// Checks documents whose types are hostile names, on the built packages, and prints what they made the process access.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from '../../packages/cli/dist/index.js'
import { builtin } from '../../packages/core/dist/index.js'
import { check } from '../../packages/dsl/dist/index.js'
import { autoencoder } from '../../packages/plugin-autoencoder/dist/index.js'
import { imf } from '../../packages/plugin-imf/dist/index.js'
import { ncf } from '../../packages/plugin-ncf/dist/index.js'
import { text } from '../../packages/plugin-text/dist/index.js'
import { hostileNames } from './names.mjs'
import { accesses } from './traps.mjs'

const [folder, count] = [process.argv[2], Number(process.argv[3])]
const plugins = [imf, ncf, autoencoder, text]
const known = [builtin, ...plugins].flatMap(({ name, apiVersion, package: _, version, ...sections }) =>
  Object.values(sections).flatMap((operators) => Object.keys(operators).map((key) => (name ? `${name}/${key}` : key))),
)

const document = () => ({
  recspec: 1,
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { next: { inputs: ['score'], loss: { type: 'bpr', negatives: { count: 1 } } } },
  solver: { type: 'sgd', epochs: 1 },
  evaluation: { split: { type: 'random' }, candidates: { type: 'all' }, metrics: ['ndcg@10'] },
})
const places = [
  (type, made) => ({ ...made, inputs: { ...made.inputs, user: { type, entity: 'user' } } }),
  (type, made) => ({ ...made, ops: { score: { type, inputs: ['p', 'q'] } } }),
  (type, made) => ({ ...made, heads: { next: { inputs: ['score'], loss: { type } } } }),
  (type, made) => ({
    ...made,
    heads: { next: { inputs: ['score'], loss: { type: 'bpr', negatives: { count: 1, sampler: { type } } } } },
  }),
  (type, made) => ({ ...made, solver: { type } }),
  (type, made) => ({ ...made, solver: { ...made.solver, learningRate: { type } } }),
  (type, made) => ({ ...made, evaluation: { ...made.evaluation, split: { type } } }),
  (type, made) => ({ ...made, evaluation: { ...made.evaluation, candidates: { type } } }),
  (type, made) => ({ ...made, evaluation: { ...made.evaluation, metrics: [type] } }),
]

const names = hostileNames(known, count)
const texts = names.map((name, index) => JSON.stringify(places[index % places.length](name, document())))
const accepted = []
const refused = []
const compiled = await accesses(() => {
  for (const [index, text] of texts.entries()) {
    const { diagnostics } = check({ name: 'hostile.json', text }, plugins)
    if (diagnostics.length === 0) accepted.push(names[index])
    else refused.push(`${diagnostics[0].message}\n${diagnostics[0].hint ?? ''}`)
  }
})

// the command reads the document and looks for a config, and nothing else
const host = {
  cwd: folder,
  environment: {},
  terminal: false,
  width: 80,
  out() {},
  err() {},
  onInterrupt: () => () => {},
}
const files = texts.slice(0, 200).map((text, index) => {
  const path = join(folder, `${index}.json`)
  writeFileSync(path, text)
  return path
})
const codes = new Set()
const run = async () => {
  for (const file of files) codes.add(await main(['check', file], { ...host, exit: (code) => codes.add(code) }))
}
await run()
codes.clear()
const commanded = await accesses(run)

// the traps catch what they are there for
const caught = await accesses(async () => {
  const { createRequire } = await import('node:module')
  createRequire(import.meta.url)('node:os')
  const { existsSync } = await import('node:fs')
  existsSync('/')
  await fetch('http://127.0.0.1:1/').catch(() => undefined)
})

console.log(
  JSON.stringify({
    names: names.length,
    accepted,
    packages: refused.filter((text) => /npm install|of the package "recspec-plugin-/.test(text)).length,
    compiled,
    commanded: [...new Set(commanded.map((call) => call.replace(/\d+\.json$/, 'N.json')))],
    codes: [...codes],
    caught,
  }),
)
