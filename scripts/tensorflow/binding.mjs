import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './process.mjs'
import { LIBRARIES, NODE_API } from './versions.mjs'

/** Where the package looks for its binding. */
export const bindingOf = (home) => join(home, 'lib', `napi-v${NODE_API}`, 'tfjs_binding.node')

/** Compiles the binding; it finds its libraries relative to itself, so no LD_LIBRARY_PATH is needed. */
export function compileBinding({ compiler }, folder, home) {
  const binding = bindingOf(home)
  mkdirSync(dirname(binding), { recursive: true })
  run(compiler, [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    `-DNAPI_VERSION=${NODE_API}`,
    '-I',
    join(home, 'deps', 'include'),
    '-I',
    join(folder, 'node_modules', 'node-api-headers', 'include'),
    join(home, 'binding', 'tfjs_backend.cc'),
    join(home, 'binding', 'tfjs_binding.cc'),
    '-L',
    join(home, 'deps', 'lib'),
    ...LIBRARIES.map((name) => `-l:${name}`),
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    '-o',
    `${binding}.new`,
  ])
  renameSync(`${binding}.new`, binding)
}
