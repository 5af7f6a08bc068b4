import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.mjs'

const shell = process.platform === 'win32'
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The command line that packs every package of the workspace as it would be published. */
export const packCommand = (into) => [
  ...pnpmCommand(),
  '-r',
  '--filter',
  './packages/*',
  'pack',
  '--pack-destination',
  into,
]

/**
 * The command line of the workspace's package manager at exactly its version: the one on PATH where it fits, else by
 * npx. Throws a sentence with a hint when there is neither.
 */
export const pnpmCommand = () => {
  const own = spawnSync('pnpm', ['--version'], { encoding: 'utf8', shell })
  if (own.status === 0 && `pnpm@${own.stdout.trim()}` === packageManager) return ['pnpm']
  // warnings about the user's own npm settings would come once more with every call
  const npx = ['npx', '--yes', '--prefer-offline', '--loglevel=error', packageManager]
  const { status, stderr } = spawnSync(npx[0], [...npx.slice(1), '--version'], { encoding: 'utf8', shell })
  if (status === 0) return npx
  const reason = stderr?.trim().split('\n').join('\n  ') || 'npx is not on PATH'
  throw new Error(
    `cannot get ${packageManager} from the package registry\n  ${reason}\n  hint: the first run needs the network (npm config get registry); later ones do not`,
  )
}
