import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'

/** What cannot be done here, in words for the user. */
export class Failure extends Error {}

export const isWindows = process.platform === 'win32'
/** Whether a command is on PATH and runs. */
export const found = (command, ...args) => spawnSync(command, args, { stdio: 'ignore', shell: isWindows }).status === 0

/** The line of a program's output that says what went wrong. */
export const errorLine = (output) => output.match(/^.*\berror: .*$/im)?.[0].trim()

/** Runs a command to its end; a failure shows the last lines of its output. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (result.error) throw new Failure(`cannot run ${command}: ${result.error.message}`)
  if (result.status !== 0) {
    const output = `${result.stdout}${result.stderr}`.trim()
    const reason = errorLine(output) ?? (output.split('\n').at(-1) || `ended with ${result.signal ?? result.status}`)
    throw new Failure(`${basename(command)}: ${reason}\n  ${output.split('\n').slice(-15).join('\n  ')}`)
  }
  return result.stdout
}
