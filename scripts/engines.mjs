#!/usr/bin/env node
// Makes a Python environment in .engines with Keras, ONNX Runtime, Spark and pgvector, for the tests of what recspec
// exports to them. It comes from PyPI alone; a second run starts at once. Says why where it cannot be made: the tests
// then go on without it, and say what they skip.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.mjs'

const folder = join(root, '.engines')
const wanted = readFileSync(join(root, 'scripts/engines.txt'), 'utf8')
const stamp = join(folder, 'installed.txt')

const run = (command, ...args) => spawnSync(command, args, { encoding: 'utf8', timeout: 15 * 60_000 })

/** Ends without an error: engines are an addition. */
const without = (why) => {
  console.error(`engines: ${why}; tests of Keras, ONNX in Python, Spark and psql are skipped`)
  process.exit(0)
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  if (run('python3', '-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))').status !== 0)
    without('there is no python3 (3.11 or newer) with venv')
  console.error('installing the engines of the tests (Keras, ONNX Runtime, Spark, pgvector) …')
  rmSync(folder, { recursive: true, force: true })
  const steps = [
    ['python3', '-m', 'venv', folder],
    [
      join(folder, 'bin/python'),
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      join(root, 'scripts/engines.txt'),
    ],
  ]
  for (const [command, ...args] of steps) {
    const { status, stderr } = run(command, ...args)
    if (status === 0) continue
    rmSync(folder, { recursive: true, force: true })
    without((stderr ?? '').trim().split('\n').at(-1) || 'pip did not end in 15 minutes')
  }
  writeFileSync(stamp, wanted)
}
