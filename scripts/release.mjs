#!/usr/bin/env node
// A rehearsal of a release: the next versions, every package packed and published to a registry on the loopback
// address, installed from there with npm and with pnpm in empty folders, scripts blocked; then a plugin is scaffolded,
// published, and used from a third project. `npm run release:dry`
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packCommand, pnpmCommand } from './pnpm.mjs'
import { openRegistry } from './registry.mjs'
import { packages, root } from './sources.mjs'

const shell = process.platform === 'win32'
const started = Date.now()
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'recspec-release-')))
const [pnpm, ...prefix] = pnpmCommand()
const registry = await openRegistry()

// one configuration for npm and pnpm: this registry, no scripts
const settings = join(folder, 'npmrc')
writeFileSync(
  settings,
  [
    `registry=${registry.url}/`,
    `${registry.url.replace('http:', '')}/:_authToken=rehearsal`,
    'ignore-scripts=true',
    'audit=false',
    'fund=false',
    'update-notifier=false',
    'prefer-offline=true',
    '',
  ].join('\n'),
)
const environment = {
  ...process.env,
  NPM_CONFIG_USERCONFIG: settings,
  npm_config_userconfig: settings,
  CI: 'true',
}

/** Runs a command and gives what it printed; throws with all of it where it fails. */
const run = (cwd, command, ...args) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let all = ''
    child.stdout.on('data', (data) => {
      out += data
      all += data
    })
    child.stderr.on('data', (data) => {
      all += data
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(out)
        : reject(new Error(`${command} ${args.join(' ')} (in ${cwd}) ended with ${code}\n${all}`)),
    )
  })

/** Does a step of the rehearsal and prints its time. */
const step = async (name, work) => {
  const from = Date.now()
  const note = await work()
  console.log(
    `release: ${name.padEnd(58)} ${((Date.now() - from) / 1000).toFixed(1).padStart(6)} s${note ? `  ${note}` : ''}`,
  )
}

const holds = (condition, sentence) => {
  if (!condition) throw new Error(sentence)
}
const project = (name, manifest = {}) => {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name, private: true, ...manifest }))
  return place
}
const manifestOf = (place) => JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))

/** Every folder of @recspec/core below a node_modules, links resolved. */
const coresBelow = (place, found = new Set(), seen = new Set()) => {
  const modules = join(place, 'node_modules')
  if (!existsSync(modules) || seen.has(realpathSync(modules))) return found
  seen.add(realpathSync(modules))
  for (const name of readdirSync(modules)) {
    const inside = name.startsWith('@') ? readdirSync(join(modules, name)).map((own) => `${name}/${own}`) : [name]
    for (const one of inside) {
      const home = join(modules, one)
      if (one === '@recspec/core') found.add(realpathSync(home))
      if (one === '.pnpm') for (const entry of readdirSync(home)) coresBelow(join(home, entry), found, seen)
      else if (existsSync(join(home, 'package.json'))) coresBelow(realpathSync(home), found, seen)
    }
  }
  return found
}

const holdsOneCore = (place) => {
  const cores = coresBelow(place).size
  holds(cores === 1, `${cores} copies of @recspec/core`)
}

/** The command that is installed in a project. */
const commandIn =
  (place) =>
  (...args) =>
    run(place, process.execPath, join(place, 'node_modules/recspec/bin/recspec.js'), ...args)

/** The main job, in an installed project. */
const firstMinutes = async (place) => {
  const recspec = commandIn(place)
  await recspec('init', 'model')
  await recspec('check', 'model/model.json')
  await recspec('train', 'model/model.json', '--data', 'model/data/data.json', '--out', 'songs.safetensors')
  const { results } = JSON.parse(
    await recspec('recommend', 'songs.safetensors', '--user', 'Colombia', '-k', '3', '--json'),
  )
  holds(results.length === 3, `recommend gave ${results.length} of 3 items`)
}

const tarballs = join(folder, 'tarballs')
mkdirSync(tarballs)
const plugin = 'recspec-plugin-rehearsal'
try {
  await step('the next versions are one, below 1.0.0', async () => {
    const copy = join(folder, 'versions')
    const copied = /(^|[\\/])(node_modules|dist|\.git|\.tensorflow|\.nodes)$/
    for (const name of [
      '.changeset',
      'package.json',
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
      'packages',
      'bench',
      'test',
    ])
      cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !copied.test(path) })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
    await run(copy, 'git', 'init', '-q')
    await run(copy, 'git', 'add', '.changeset')
    await run(
      copy,
      'git',
      '-c',
      'user.name=release',
      '-c',
      'user.email=release@localhost',
      'commit',
      '-qm',
      'rehearsal',
    )
    await run(copy, process.execPath, join(root, 'node_modules/@changesets/cli/bin.js'), 'version')
    const versions = new Set(packages.map((name) => manifestOf(join(copy, 'packages', name)).version))
    holds(versions.size === 1, `the next versions differ: ${[...versions].join(', ')}`)
    holds(/^0\./.test([...versions][0]), `the next version is ${[...versions][0]}`)
    return [...versions][0]
  })

  await step('every package is packed', async () => {
    await run(root, ...packCommand(tarballs))
    return `${readdirSync(tarballs).length} packages`
  })

  await step('every package is published', async () => {
    for (const file of readdirSync(tarballs).sort())
      await run(folder, 'npm', 'publish', join(tarballs, file), '--provenance=false', '--access', 'public')
    const names = packages.map((name) => manifestOf(join(root, 'packages', name)).name).sort()
    holds(`${registry.published()}` === `${names}`, `published: ${registry.published().join(', ')}`)
  })

  await step('npm installs the command, which does its main job', async () => {
    const place = project('by-npm')
    await run(place, 'npm', 'install', 'recspec')
    await firstMinutes(place)
    holdsOneCore(place)
    return 'one copy of @recspec/core'
  })

  await step('pnpm installs the command, which does its main job', async () => {
    const place = project('by-pnpm')
    await run(place, pnpm, ...prefix, 'add', 'recspec')
    await firstMinutes(place)
    holdsOneCore(place)
    return 'one copy of @recspec/core'
  })

  const home = join(folder, 'author', plugin)
  await step('npm create recspec-plugin: installs, builds, tests itself', async () => {
    mkdirSync(join(folder, 'author'))
    // npm keeps what it created with by name and version, and the version is that of the last rehearsal
    const cache = `--cache=${join(folder, 'cache')}`
    await run(join(folder, 'author'), 'npm', 'create', '--yes', cache, 'recspec-plugin', 'rehearsal')
    holds(existsSync(join(home, 'dist/index.js')), 'the scaffold was not built')
  })

  await step('the plugin passes doctor and publint, and is published', async () => {
    await run(home, 'npx', '--no', 'recspec', 'doctor', '--plugin', '.')
    await run(home, 'npm', 'run', 'check:package')
    await run(home, 'npm', 'publish')
  })

  await step('a third project installs the plugin and trains with it', async () => {
    const place = project('user')
    await run(place, 'npm', 'install', 'recspec', plugin)
    writeFileSync(join(place, 'recspec.config.json'), JSON.stringify({ plugins: [plugin] }))
    cpSync(join(place, 'node_modules', plugin, 'examples/model.json'), join(place, 'model.json'))
    const recspec = commandIn(place)
    await recspec('doctor', '--plugin', plugin)
    await recspec('check', 'model.json')
    await recspec('sample', 'ratings', '--users', '200', '--items', '100', '--interactions', '4000', '--out', 'data')
    await recspec('train', 'model.json', '--data', 'data/data.json', '--out', 'model.safetensors')
    const answer = await recspec('recommend', 'model.safetensors', '--user', '1', '-k', '3', '--json')
    holds(JSON.parse(answer).results.length === 3, 'recommend gave no 3 items')
    holdsOneCore(place)
  })
  console.log(`release: the rehearsal took ${((Date.now() - started) / 1000).toFixed(0)} s`)
} catch (error) {
  console.error(`release: ${error.message}`)
  process.exitCode = 1
} finally {
  await registry.close()
  if (process.env.RECSPEC_KEEP) console.error(`release: kept ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
