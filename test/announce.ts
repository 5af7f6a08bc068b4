import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../.tensorflow/index.cjs', import.meta.url))

/** Prints once on which backends the backend-parametrised tests run, and which engines there are. */
export const setup = () => {
  const provisioned = existsSync(entry)
  if (provisioned) {
    const { status, stderr } = spawnSync(process.execPath, ['-e', 'require(process.argv[1])', entry], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`.tensorflow does not load: npm run tensorflow provisions it again\n${stderr}`)
  }
  const names = provisioned ? 'tensorflow, wasm, cpu' : 'wasm, cpu (npm run tensorflow adds tensorflow)'
  console.log(`backends under test: ${names}`)
  const python = process.env['RECSPEC_PYTHON']
  console.log(
    python === undefined
      ? 'engines under test: none in Python (npm run engines installs Keras, ONNX Runtime, Spark and pgvector)'
      : `engines under test: those of ${python}`,
  )
}
