import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { bindingOf } from './binding.mjs'
import { sizeOf } from './files.mjs'
import { errorLine, Failure } from './process.mjs'

/** The download is given up after so long without a byte. */
const STALL_SECONDS = 60

/** Runs the package's install script, giving up when neither its files nor its output grow any more. */
export async function ownDownload(folder, home) {
  const manifest = join(home, 'package.json')
  const original = readFileSync(manifest, 'utf8') // the script edits it and does not always put it back
  const path = join(folder, 'node_modules', '.bin') + delimiter + process.env.PATH
  const child = spawn(process.execPath, ['scripts/install.js'], { cwd: home, env: { ...process.env, PATH: path } })
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    output += data
  })
  let grown = -1,
    last = performance.now(),
    stalled = false
  const watch = setInterval(() => {
    const now = output.length + sizeOf(join(home, 'deps')) + sizeOf(join(home, 'lib')) + sizeOf(join(home, 'build'))
    if (now !== grown) [grown, last] = [now, performance.now()]
    else if (performance.now() - last > STALL_SECONDS * 1000) {
      stalled = true
      child.kill('SIGKILL')
    }
  }, 1000)
  const code = await new Promise((done, fail) => child.on('error', fail).on('close', done)).finally(() => {
    clearInterval(watch)
    writeFileSync(manifest, original)
  })
  if (code === 0 && existsSync(bindingOf(home))) return
  const reason = stalled ? `no progress for ${STALL_SECONDS} s` : errorLine(output)
  throw new Failure(reason ?? `its install script ended with ${code} and left no binding`)
}
