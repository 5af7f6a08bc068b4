#!/usr/bin/env node
// Brings pnpm, installs, builds and runs what was asked: `node scripts/run.mjs <script of package.json> [arguments]`.
// A fresh clone needs nothing but Node and npm; a second run finds everything in place and costs a second.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const windows = process.platform === 'win32'

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows })
  if (error) console.error(`cannot run ${command}: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}
const pnpm = (...args) => run('npx', ['--yes', packageManager, ...args])

const [script, ...rest] = process.argv.slice(2)
pnpm('install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only')
pnpm('run', 'build')
if (script) pnpm('run', script, ...rest)
