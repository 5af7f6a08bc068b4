import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const kills = fileURLToPath(new URL('../../../bench/kills.js', import.meta.url))

// runs the built command in processes
test('runs that are killed at random moments and resumed end with the digests of uninterrupted ones', {
  timeout: 600_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [kills, '--kills', '20', '--json'])
  const { runs, resumed, ...found } = JSON.parse(stdout)
  expect(found).toMatchObject({ kills: 20, different: 0, failed: 0, left: 0, faults: [] })
  expect(runs).toBeGreaterThan(2)
  expect(resumed).toBeGreaterThan(5)
})
