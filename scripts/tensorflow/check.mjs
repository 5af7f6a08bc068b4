import { join } from 'node:path'
import { Failure, run } from './process.mjs'

const CHECK = `
const tf = require(process.argv[1])
const weights = tf.variable(tf.zeros([8, 1])), x = tf.randomNormal([64, 8], 0, 1, 'float32', 1)
const y = tf.sum(x, 1, true), start = performance.now()
let loss
for (let step = 0; step < 60; step++) tf.tidy(() => {
  const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(tf.matMul(x, weights), y))), [weights])
  loss = value.dataSync()[0]
  weights.assign(tf.sub(weights, tf.mul(grads[weights.name], 0.1)))
})
const ms = (performance.now() - start) / 60
const top = [...tf.topk(tf.tensor1d([1, 5, 3]), 2).indices.dataSync()]   // goes through the shim
const a = tf.ones([512, 512]), times = []
for (let i = 0; i < 8; i++) { const t = performance.now(); tf.matMul(a, a).dataSync(); times.push(performance.now() - t) }
console.log(JSON.stringify({ backend: tf.getBackend(), tensorflow: tf.backend().binding.TF_Version, loss, top, ms,
  gflops: 2 * 512 ** 3 / Math.min(...times) / 1e6 }))
`

/** Trains a tiny model in a fresh process; returns what it saw, throws when that is not right. */
export function check(folder) {
  const text = run(process.execPath, ['-e', CHECK, join(folder, 'index.cjs')])
  const seen = JSON.parse(text.trim().split('\n').pop())
  if (seen.backend !== 'tensorflow' || !(seen.loss < 1e-3) || seen.top.join() !== '1,2')
    throw new Failure(`the check gave a wrong result: ${JSON.stringify(seen)}`)
  return seen
}

/** What a check saw, in words. */
export const describe = (seen) =>
  `libtensorflow ${seen.tensorflow}, ${seen.ms.toFixed(2)} ms per tiny step, matMul ${seen.gflops.toFixed(0)} GFLOP/s`
