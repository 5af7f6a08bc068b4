#!/usr/bin/env node
// `node scripts/run.mjs [script of package.json] [arguments]`: installs and builds where something changed since the
// last run, then runs the script. A fresh clone needs nothing but Node and npm; a second run starts at once, without
// network.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pnpmCommand } from './pnpm.mjs'
import { fingerprint, manifests, packages, root, sources } from './sources.mjs'

const shell = process.platform === 'win32'
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Ends with a sentence for the user. */
const fail = (message, hint, status = 1) => {
  console.error(`${message}\n  hint: ${hint}`)
  process.exit(status)
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  fail(`unsupported Node ${process.versions.node}`, 'Node 20.19 or newer is needed: https://nodejs.org')

const manager = () => {
  try {
    return pnpmCommand()
  } catch (error) {
    console.error(error.message)
    return process.exit(1)
  }
}

/** Runs the package manager and shows what it prints only when it fails. */
const quietly = (what, hint, ...args) => {
  console.error(`${what} …`)
  const [command, ...prefix] = manager()
  const { status, stdout, stderr } = spawnSync(command, [...prefix, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    shell,
  })
  if (status === 0) return
  console.error(`${stdout}${stderr}`)
  fail(`${what}: failed`, hint, status ?? 1)
}

/** Does the work unless the stamp says that it was done for the same inputs. */
const once = (name, inputs, results, work) => {
  const stamp = join(root, 'node_modules', `.recspec-${name}`)
  const state = fingerprint(inputs())
  if (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === state &&
    results.every((path) => existsSync(join(root, path)))
  )
    return
  work()
  writeFileSync(stamp, fingerprint(inputs()))
}

once('install', manifests, ['node_modules/.modules.yaml'], () =>
  quietly(
    'installing the packages',
    'the lines above say why; the first run needs the network',
    ...['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=info'],
  ),
)
once(
  'build',
  sources,
  packages.map((name) => `packages/${name}/dist/index.js`),
  () =>
    quietly(
      'building the packages',
      'the lines above say why',
      ...['-r', '--workspace-concurrency=2', '--loglevel=info', 'run', 'build'],
    ),
)

const [script, ...rest] = process.argv.slice(2)
if (script) {
  if (!Object.hasOwn(scripts, script)) fail(`unknown script "${script}"`, 'package.json lists them')
  const quoted = rest.map((text) => (/^[\w./:=@-]+$/.test(text) ? text : JSON.stringify(text)))
  const PATH = join(root, 'node_modules', '.bin') + delimiter + process.env.PATH
  const { status } = spawnSync([scripts[script], ...quoted].join(' '), {
    cwd: root,
    stdio: 'inherit',
    shell: true,
    env: { ...process.env, PATH },
  })
  process.exit(status ?? 1)
}
