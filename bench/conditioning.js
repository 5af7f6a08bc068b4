// Least squares on problems made to be nasty: none may leave the finite numbers, and wherever the condition number is
// below 1e6 the exact method must be within 1e-4 of a float64 elimination.
//
//   node bench/conditioning.js [--problems 100000] [--json]
import { parseArgs } from 'node:util'
import { openKernels } from '@recspec/kernels'
import { hardProblem, ROWS, reference } from './problems.js'

const { values } = parseArgs({
  options: { problems: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false } },
})
const problems = Number(values.problems)
const kernels = await openKernels({ threads: 1 })
const methods = { exact: { name: 'exact' }, cg: { name: 'cg', steps: 3 }, blocks: { name: 'blocks', size: 16 } }
const seen = {
  problems: 0,
  compared: 0,
  worst: 0,
  beyond: 0,
  jittered: 0,
  kept: 0,
  infinite: { exact: 0, cg: 0, blocks: 0 },
}
for (let part = 0; part * ROWS < problems; part++) {
  for (const [name, method] of Object.entries(methods)) {
    const half = hardProblem(part)
    const { jittered, kept } = await kernels.leastSquares(half, method)
    const { solved, dim } = half
    for (let row = 0; row < ROWS; row++) {
      const x = solved.subarray(row * dim, (row + 1) * dim)
      if (!x.every(Number.isFinite)) seen.infinite[name]++
      if (name !== 'exact') continue
      seen.problems++
      const expected = reference(half, row)
      // the 1-norm's condition number is at most dim times the usual one
      if (!expected || !(expected.condition < 1e6 * dim)) continue
      const size = Math.hypot(...expected.x)
      const error = size === 0 ? Math.hypot(...x) : Math.hypot(...x.map((value, z) => value - expected.x[z])) / size
      seen.compared++
      seen.worst = Math.max(seen.worst, error)
      if (!(error <= 1e-4)) seen.beyond++
    }
    if (name === 'exact') {
      seen.jittered += jittered
      seen.kept += kept
    }
  }
}
await kernels.close()
if (values.json) console.log(JSON.stringify(seen))
else for (const [name, value] of Object.entries(seen)) console.log(`${name.padEnd(12)} ${JSON.stringify(value)}`)
process.exitCode = seen.beyond + Object.values(seen.infinite).reduce((a, b) => a + b) > 0 ? 1 : 0
