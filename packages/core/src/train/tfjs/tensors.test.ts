import { openKernels, tensorKernels } from '@recspec/kernels'
import { afterAll, describe, expect, test } from 'vitest'
import { type Document, fit, ids, programOf, world } from '../../../test/world.js'
import { backends, useBackend } from '../../backend/backend.js'
import { tf } from '../../index.js'

const kernels = await openKernels({ threads: 1 })
afterAll(() => kernels.close())

const data = world({ users: 12, items: 10 })
/** NeuMF (He et al., WWW 2017), small. */
const neumf: Document = {
  inputs: ids,
  embeddings: {
    p: { input: 'user', dim: 2 },
    q: { input: 'item', dim: 2 },
    s: { input: 'user', dim: 3, l2: 0.01 },
    t: { input: 'item', dim: 3 },
  },
  ops: {
    gmf: { type: 'hadamard', inputs: ['p', 'q'] },
    deep: { type: 'mlp', inputs: ['s', 't'], units: [4, 2], dropout: 0.2 },
    byGmf: { type: 'dense', inputs: ['gmf'], units: 1 },
    byDeep: { type: 'dense', inputs: ['deep'], units: 1 },
    score: { type: 'sum', inputs: ['byGmf', 'byDeep'] },
  },
  heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 2 } } },
}

describe.each([...backends()])('on %s', (name) => {
  test('a thousand steps of NeuMF leave no tensor and no block of memory behind', async () => {
    await useBackend(name, kernels)
    const solver = { type: 'adam', epochs: 250, batchSize: Math.ceil(data.events.count / 4) }
    const program = programOf({ ...neumf, solver }, data, kernels)
    const before = tf.memory().numTensors
    const { used } = tensorKernels(kernels)!.memory()
    const reports = await fit(program)
    expect(reports.at(-1)!.step).toBe(1000)
    expect(tf.memory().numTensors).toBe(before)
    expect(tensorKernels(kernels)!.memory().used).toBe(used)
    expect(reports.at(-1)!.loss).toBeLessThan(reports[0]!.loss)
  })
})
