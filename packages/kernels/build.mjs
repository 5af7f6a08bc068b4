// Generates the boundary (see boundary.mjs), compiles assembly/ to a WebAssembly module and writes it as base64 into
// src/.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { writeBoundary } from './boundary.mjs'

const folder = dirname(fileURLToPath(import.meta.url))
const common = '--runtime stub --importMemory -O3 --noAssert'
const shared = '--enable simd,threads --sharedMemory --initialMemory 1 --maximumMemory 65536'

const build = async (entry, options, target) => {
  let module
  const { error, stderr } = await asc.main(
    [entry, '--outFile', 'module.wasm', '--baseDir', folder, ...`${common} ${options}`.split(' ')],
    {
      readFile(name, base) {
        try {
          return readFileSync(join(base, name), 'utf8')
        } catch {
          return null
        }
      },
      writeFile(name, contents) {
        if (name === 'module.wasm') module = contents
      },
      listFiles: () => [],
    },
  )
  console.error(stderr.toString())
  if (error) process.exit(1)
  const text = Buffer.from(module).toString('base64')
  writeFileSync(
    join(folder, 'src', target),
    `/** The compiled kernels, base64. */\nexport const module =\n  '${text}'\n`,
  )
  console.error(`${target}: ${module.length} bytes of WebAssembly`)
}

writeBoundary(folder)
await build('assembly/index.ts', shared, 'module.generated.ts')
