#!/usr/bin/env node
// Builds a package again whenever its sources change, without its types, so that `npx recspec` is what the sources say.
// `npm run watch`
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { packages, root } from './sources.mjs'

const shell = process.platform === 'win32'
const waiting = new Set()
let running = false

const run = (cwd, command, ...args) =>
  new Promise((resolve) => {
    let printed = ''
    const child = spawn(command, args, { cwd, shell })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        printed += data
      })
    child.on('close', (code) => resolve({ code, printed }))
  })

/** Builds one package; the kernels compile their assembly first. */
const build = async (name) => {
  const home = join(root, 'packages', name)
  if (name === 'kernels') {
    const compiled = await run(home, process.execPath, 'build.mjs')
    if (compiled.code !== 0) return compiled
  }
  return run(home, join(root, 'node_modules', '.bin', 'tsup'), '--no-dts', '--no-clean')
}

const work = async () => {
  if (running) return
  running = true
  while (waiting.size > 0) {
    const [name] = waiting
    waiting.delete(name)
    const from = Date.now()
    const { code, printed } = await build(name)
    console.log(
      `watch: ${name.padEnd(24)} ${code === 0 ? `${((Date.now() - from) / 1000).toFixed(1)} s` : `failed\n${printed}`}`,
    )
  }
  running = false
}

for (const name of packages)
  for (const below of name === 'kernels' ? ['src', 'assembly'] : ['src'])
    watch(join(root, 'packages', name, below), { recursive: true }, (_, file) => {
      if (file === null || /\.test\.ts$|\.generated\.ts$/.test(file)) return
      waiting.add(name)
      // an editor writes a file in several steps
      setTimeout(work, 100)
    })
console.log(`watch: ${packages.length} packages; changes are built until Ctrl-C`)
