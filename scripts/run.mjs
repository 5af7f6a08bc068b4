#!/usr/bin/env node
// `node scripts/run.mjs [script of package.json] [arguments]`: installs and builds where something changed since the last
// run, then runs the script. A fresh clone needs nothing but Node and npm; a second run starts at once, without network.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fingerprint, manifests, packages, root, sources } from './sources.mjs'

const shell = process.platform === 'win32'
const { packageManager, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Ends with a sentence for the user. */
const fail = (message, hint, status = 1) => {
  console.error(`${message}\n  hint: ${hint}`)
  process.exit(status)
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  fail(`unsupported Node ${process.versions.node}`, 'Node 20.19 or newer is needed: https://nodejs.org')

/** The workspace's package manager at exactly its version: the one on PATH where it fits, else by npx. */
const pnpm = () => {
  const own = spawnSync('pnpm', ['--version'], { encoding: 'utf8', shell })
  if (own.status === 0 && `pnpm@${own.stdout.trim()}` === packageManager) return ['pnpm']
  // warnings about the user's own npm settings would come once more with every call
  const npx = ['npx', '--yes', '--prefer-offline', '--loglevel=error', packageManager]
  const { status, stderr } = spawnSync(npx[0], [...npx.slice(1), '--version'], { encoding: 'utf8', shell })
  if (status !== 0)
    fail(
      `cannot get ${packageManager} from the package registry\n  ${stderr?.trim().split('\n').join('\n  ') ?? 'npx is not on PATH'}`,
      'the first run needs the network (npm config get registry); later ones do not',
    )
  return npx
}

/** Runs the package manager and shows what it prints only when it fails. */
const quietly = (what, hint, ...args) => {
  console.error(`${what} …`)
  const [command, ...prefix] = pnpm()
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
