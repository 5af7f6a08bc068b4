#!/usr/bin/env node
// A tour of recspec in a temporary folder. Every command is printed as it is run.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './sources.mjs'

const folder = mkdtempSync(join(tmpdir(), 'recspec-demo-'))
const start = performance.now()
const paint = (code) => (text) => (process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text)
const [bold, faint] = [paint('1'), paint('2')]

const say = (text) => console.log(`\n${bold(text)}`)
const shown = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)

/** Runs recspec and shows its output; with `--json`, returns it instead. */
const recspec = (...args) => {
  const json = args.includes('--json')
  console.log(faint(`$ npx recspec ${args.map(shown).join(' ')}`))
  const { status, stdout, error } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/recspec.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', json ? 'pipe' : 'inherit', 'inherit'],
  })
  if (status !== 0) {
    console.error(`the demo stops here: ${error?.message ?? `recspec ended with ${status}`}`)
    process.exit(status ?? 1)
  }
  return json ? JSON.parse(stdout.trim().split('\n').at(-1)) : undefined
}

const ADAM = { type: 'adam', learningRate: 0.001, epochs: 30 }

say('1. Data: synthetic plays of songs in regions of the world')
recspec('sample', 'songs', '--out', 'songs')

say('2. A document: the whole model')
copyFileSync(join(root, 'examples/imf.json'), join(folder, 'imf.json'))
console.log(faint('$ cat imf.json'))
console.log(readFileSync(join(folder, 'imf.json'), 'utf8').trimEnd())

say('3. Check: every mistake would be shown with its line and a suggestion')
recspec('check', 'imf.json')

say('4. Explain: nodes, shapes, sides, and how it is trained')
recspec('explain', 'imf.json')

say('5. Training by alternating least squares')
const als = recspec('train', 'imf.json', '--data', 'songs/data.json', '--out', 'als.safetensors', '--json')

say('6. The same graph and the same objective, trained by Adam: only the solver changes')
const adam = recspec(
  ...['train', 'imf.json', '--data', 'songs/data.json', '--out', 'adam.safetensors'],
  ...['--set', `/solver=${JSON.stringify(ADAM)}`, '--json'],
)

say(`7. Both compared with popularity (${als.protocol})`)
const name = (metric) => metric.padEnd(14)
const number = (value) => (value === undefined ? '' : value.toFixed(4)).padStart(12)
const row = (metric, ...values) => console.log(`${name(metric)}${values.map(number).join('')}`)
console.log(`${name('')}${['ALS', 'Adam', 'popularity'].map((title) => title.padStart(12)).join('')}`)
for (const metric of Object.keys(als.metrics))
  row(metric, als.metrics[metric], adam.metrics[metric], als.baseline[metric])
row('seconds', als.seconds, adam.seconds)
console.log(faint('epr is the mean rank of what was played, from 0 to 1: lower is better; recall@10: higher is better'))

say('8. Songs for three regions')
for (const region of ['Colombia', 'Turkey', 'Japan']) {
  recspec('recommend', 'als.safetensors', '--user', region, '-k', '5')
  console.log()
}

say('9. Arithmetic with learned vectors')
recspec('query', 'als.safetensors', 'Colombia + Turkey - Germany', '-k', '5')

say('What to try next')
console.log(`  the data and the models are in ${folder}; in the folder of recspec:
  npx recspec similar ${join(folder, 'als.safetensors')} --user Colombia
  npx recspec train examples/net5-title-artist.json --data ${join(folder, 'songs/data.json')}
  npx recspec check examples/*.json     more models: one document for each kind of system
  npx recspec init                      a project of your own
  npx recspec doctor                    which backend runs here

${((performance.now() - start) / 1000).toFixed(0)} seconds`)
