// CPU milliseconds of `check` on documents made to be expensive, each within the size limit of documents:
//
//   node bench/hostile.js [--json] [--generated 300] [--seed 1] [--kind NAME] [--all]
//
// Each document is checked in this process; its time is the best of three, user and system together (process.cpuUsage),
// so that other programs count little. A check that takes longer than 300 ms, or shows more than 20 diagnostics, ends
// this program with 1. --all prints a line for each document.
import { parseArgs } from 'node:util'
import { check } from '@recspec/dsl'
import { imf } from '@recspec/plugin-imf'
import { ncf } from '@recspec/plugin-ncf'
import { generated, hostile } from './documents/hostile.js'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    generated: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string' },
  },
})
const MOST_MILLISECONDS = 300
const MOST_SHOWN = 20
const plugins = [imf, ncf]

/** CPU milliseconds of one check, and how many diagnostics it shows. */
const measure = (source) => {
  let milliseconds = Infinity
  let shown = 0
  for (let round = 0; round < 3 && (round === 0 || milliseconds > 20); round++) {
    const before = process.cpuUsage()
    const { diagnostics } = check({ name: 'hostile.json', text: source }, plugins)
    const { user, system } = process.cpuUsage(before)
    milliseconds = Math.min(milliseconds, (user + system) / 1000)
    shown = diagnostics.length
  }
  return { milliseconds, shown }
}

// the first check of a process compiles the schemas of every operator it meets
for (const { kind, text: source } of hostile(20))
  if (!/layers/.test(kind)) check({ name: 'warm.json', text: source }, plugins)

const documents = [...hostile(), ...generated(Number(options.seed), Number(options.generated))].filter(
  ({ kind }) => options.kind === undefined || kind.includes(options.kind),
)
let worst = { kind: '', ms: 0 }
let slow = 0
let long = 0
for (const { kind, text: source } of documents) {
  const { milliseconds, shown } = measure(source)
  const ms = Number(milliseconds.toFixed(1))
  if (options.all) console.error(`${String(ms).padStart(8)} ms  ${String(shown).padStart(4)} shown  ${kind}`)
  if (ms > MOST_MILLISECONDS) slow++
  if (shown > MOST_SHOWN) long++
  if (ms > worst.ms) worst = { kind, ms }
}
const result = { documents: documents.length, over_300ms: slow, over_20_diagnostics: long, worst }
console.log(
  options.json
    ? JSON.stringify(result)
    : `${documents.length} documents, ${slow} over ${MOST_MILLISECONDS} ms, ${long} with more than ${MOST_SHOWN} diagnostics; worst: ${worst.kind}, ${worst.ms} ms`,
)
process.exitCode = slow + long > 0 ? 1 : 0
