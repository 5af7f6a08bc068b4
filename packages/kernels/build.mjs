// Compiles assembly/ to one WebAssembly module and writes it as base64 into src/module.generated.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = dirname(fileURLToPath(import.meta.url))
const options =
  '--enable simd,threads --runtime stub --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 -O3 --noAssert'

let module
const { error, stderr } = await asc.main(
  ['assembly/index.ts', '--outFile', 'module.wasm', '--baseDir', folder, ...options.split(' ')],
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
  join(folder, 'src/module.generated.ts'),
  `/** The compiled kernels, base64. */\nexport const module =\n  '${text}'\n`,
)
console.error(`kernels: ${module.length} bytes of WebAssembly`)
