#!/usr/bin/env node
// Runs the built command line on other lines of Node, which the package registry has as packages: what recspec found
// there, and one round of data, training and recommending. A line that cannot be had here is skipped with a word.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './sources.mjs'

const LINES = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24']
const shell = process.platform === 'win32'
const platform = { win32: 'win' }[process.platform] ?? process.platform

/** Where a line of Node is, downloaded once into an ignored folder; undefined when it cannot be had. */
const nodeOf = (line) => {
  const folder = join(root, '.nodes', line)
  const home = join(folder, 'node_modules', `node-${platform}-${process.arch}`)
  const binary = join(home, 'bin', shell ? 'node.exe' : 'node')
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const { status } = spawnSync(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--loglevel=error',
      `node-${platform}-${process.arch}@${line}`,
    ],
    { cwd: folder, stdio: 'ignore', shell },
  )
  return status === 0 && existsSync(binary) ? binary : undefined
}

/** The shortest round through everything; each line of it must succeed. */
const ROUND = [
  ['doctor'],
  ['sample', 'ratings', '--users', '200', '--items', '100', '--interactions', '4000', '--out', 'data'],
  ['check', join(root, 'examples', 'neumf.json')],
  [
    'train',
    join(root, 'examples', 'neumf.json'),
    '--data',
    'data/data.json',
    '--set',
    '/solver={"type":"adam","epochs":1}',
    '--out',
    'a.safetensors',
  ],
  [
    'train',
    join(root, 'examples', 'imf-als.json'),
    '--data',
    'data/data.json',
    '--out',
    'b.safetensors',
    '--threads',
    '2',
    '--backend',
    'wasm',
  ],
  ['recommend', 'b.safetensors', '--user', '1'],
  ['evaluate', 'b.safetensors', '--data', 'data/data.json'],
]

/** Runs the round; returns what went wrong. */
const complaint = (node, folder) => {
  const env = { ...process.env, PATH: join(node, '..') + delimiter + process.env.PATH }
  for (const args of ROUND) {
    const result = spawnSync(node, [join(root, 'packages/cli/bin/recspec.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env,
      timeout: 180_000,
    })
    if (args[0] === 'doctor' && result.status === 0) console.log(result.stdout.trim().replace(/^/gm, '  '))
    if (result.status !== 0)
      return `recspec ${args.join(' ')}: ${result.signal ?? `exit ${result.status}`}\n${result.stdout}${result.stderr}`
  }
  return undefined
}

for (const line of LINES) {
  const node = nodeOf(line)
  if (!node) {
    console.log(`nodes: ${line} skipped, the package node-${platform}-${process.arch}@${line} cannot be had here`)
    continue
  }
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  // inside the repository, so that .tensorflow is found where it is provisioned
  const folder = mkdtempSync(join(root, '.nodes', 'round-'))
  const found = complaint(node, folder)
  rmSync(folder, { recursive: true })
  console.log(
    `nodes: ${stdout.trim()} ${found === undefined ? 'runs everything' : `does not run everything\n${found}`}`,
  )
  if (found !== undefined) process.exitCode = 1
}
