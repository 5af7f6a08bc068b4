import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesUnder, sizeOf } from './files.mjs'
import { MB } from './print.mjs'
import { Failure, found, isWindows, run } from './process.mjs'
import { NODE_API_HEADERS, TFJS_NODE } from './versions.mjs'

/** The name by which a folder is known to be ours. */
export const MARK = 'provisioned-tensorflow'

/** Installs the package with its scripts blocked, and removes the source maps; returns what that came to. */
export function installPackage(folder) {
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify(
      {
        name: MARK,
        private: true,
        dependencies: { '@tensorflow/tfjs-node': TFJS_NODE, 'node-api-headers': NODE_API_HEADERS },
      },
      null,
      2,
    ) + '\n',
  )
  writeFileSync(join(folder, '.gitignore'), '*\n')
  if (!found('npm', '--version')) throw new Failure('npm is not on PATH')
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'], {
    cwd: folder,
    shell: isWindows,
  })
  let maps = 0
  for (const file of filesUnder(join(folder, 'node_modules'))) {
    if (!file.endsWith('.map')) continue
    maps += statSync(file).size
    rmSync(file)
  }
  const size = MB(sizeOf(join(folder, 'node_modules')))
  return `@tensorflow/tfjs-node ${TFJS_NODE}, ${size}${maps ? ` without ${MB(maps)} of source maps` : ''}`
}
