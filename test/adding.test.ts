import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Graph, type Plugin, problemOf, type Report, train, useBackend } from '../packages/core/src/index.js'
import { world } from '../packages/core/test/world.js'
import { check, schema } from '../packages/dsl/src/index.js'
import { openKernels } from '../packages/kernels/src/index.js'
import { filesUnder, root, text } from './workspace.js'

/** A new built-in operator: its one file, and its lines in the index beside it. */
interface Addition {
  readonly file: string
  readonly source: string
  readonly name: string
  /** Adds the lines of the index. */
  readonly index: (text: string) => string
}

/** An index that exports each operator. */
const exported = (name: string) => (text: string) => `${text}export { ${name} } from './${name}.js'\n`

/** An index that collects operators in an object: the import, and the name in the object. */
const collected = (name: string) => (text: string) =>
  `import { ${name} } from './${name}.js'\n${text}`.replace(/(const known = \{)/, `$1 ${name},`)

const additions: Readonly<Record<string, Addition>> = {
  'a loss with a slope': {
    file: 'builtin/losses/quartic.ts',
    name: 'quartic',
    index: exported('quartic'),
    source: `import * as tf from '@tensorflow/tfjs-core'
      import Type from 'typebox'
      import { loss } from '../../contract/loss.js'

      export const quartic = loss({
        summary: 'The fourth power of the error.',
        params: Type.Object({}, { additionalProperties: false }),
        inputs: { score: 'one' },
        rejects: (_, { target }) => (target ? undefined : 'needs a target'),
        examples: () => ({ of: 'event', items: 'own' }),
        apply: (_, { score }, { target }) => tf.pow(tf.sub(tf.reshape(score.tensor, target!.shape), target!), 4),
        slope: () => ({
          list: (scores, target, slopes) => {
            const error = scores[0]! - target
            slopes[0] = 4 * error ** 3
            return error ** 4
          },
        }),
      })`,
  },
  'an optimizer': {
    file: 'builtin/solvers/halving.ts',
    name: 'halving',
    index: collected('halving'),
    source: `import Type from 'typebox'
      import { gradientSolver } from './gradient.js'

      export const halving = gradientSolver({
        summary: 'Gradient descent whose rate is halved at every step of a row.',
        learningRate: 0.1,
        params: Type.Object({ least: Type.Number({ default: 0.01, exclusiveMinimum: 0, description: 'of the rate' }) }),
        optimizer: ({ least }) => ({
          name: 'halving',
          parameters: [least, 0, 0],
          rule: {
            slots: () => 1,
            initial: () => 1,
            update: ([least], { values, at, state, slot, width }, gradient, rate) => {
              for (let z = 0; z < width; z++) values[at + z] = values[at + z]! - rate * state[slot]! * gradient[z]!
              state[slot] = Math.max(state[slot]! / 2, least)
            },
          },
        }),
      })`,
  },
  'a candidate set': {
    file: 'evaluation/candidates/first.ts',
    name: 'first',
    index: collected('first'),
    source: `import Type from 'typebox'
      import { candidateSet } from '../../contract/candidates.js'
      import { rankLists } from './ranklists.js'

      export const first = candidateSet({
        summary: 'the first items of the data',
        params: Type.Object({ count: Type.Integer({ default: 3, minimum: 1, description: 'how many' }) }),
        protocol: ({ count }) => \`first-\${count}\`,
        rank: ({ count }, task) => rankLists(task, () => Array.from({ length: count }, (_, item) => item)),
      })`,
  },
  'a metric': {
    file: 'evaluation/metrics/first.ts',
    name: 'first',
    index: collected('first'),
    source: `import { metric } from '../../contract/metric.js'

      export const first = metric({
        summary: 'share of rankings that a held-out item leads',
        of: 'rankings',
        better: 'higher',
        k: 'none',
        variants: ['all'],
        ranking: ({ ranks }) => Number(ranks[0] === 0),
      })`,
  },
}

let folder: string
let builtin: Plugin
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recspec-adding-'))
  cpSync(join(root, 'packages/core/src'), join(folder, 'src'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  })
  for (const file of ['package.json', 'tsconfig.json'])
    cpSync(join(root, file === 'package.json' ? 'packages/core' : '.', file), join(folder, file))
  symlinkSync(join(root, 'packages/core/node_modules'), join(folder, 'node_modules'), 'junction')
  for (const { file, source, index } of Object.values(additions)) {
    const path = join(folder, 'src', file)
    const indexPath = join(path, '../index.ts')
    const before = readFileSync(indexPath, 'utf8')
    writeFileSync(path, source)
    writeFileSync(indexPath, index(before))
    expect(readFileSync(indexPath, 'utf8')).not.toBe(before)
  }
  const loaded = await import(join(folder, 'src/builtin/index.ts'))
  builtin = loaded.builtin
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const document = {
  recspec: 1,
  name: 'added',
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'quartic' } } },
  solver: { type: 'halving', epochs: 3, batchSize: 16 },
  evaluation: { split: { type: 'ratio' }, candidates: { type: 'first', count: 4 }, metrics: ['first', 'first(all)'] },
}

const graphOf = (change: object = {}): Graph => {
  const source = { name: 'added.json', text: JSON.stringify({ ...document, ...change }) }
  const { graph, diagnostics } = check(source, [], [], builtin)
  expect(diagnostics).toEqual([])
  return graph!
}

test('each costs one new file and lines in one index', () => {
  const changed = filesUnder('packages/core/src').filter((file) => {
    const copy = join(folder, 'src', file)
    return existsSync(copy) && readFileSync(copy, 'utf8') !== text(`packages/core/src/${file}`)
  })
  expect(changed.sort()).toEqual(
    Object.values(additions)
      .map(({ file }) => file.replace(/[^/]+$/, 'index.ts'))
      .sort(),
  )
})

test('the schema completes them', () => {
  const { loss, solver, candidates, metric } = schema([], builtin)['definitions'] as Record<string, Definition>
  expect(loss!.properties!.type.enum).toContain('quartic')
  expect(solver!.properties!.type.enum).toContain('halving')
  expect(candidates!.properties!.type.enum).toContain('first')
  expect(metric!.anyOf![0]!.enum).toContain('first')
})

interface Definition {
  readonly properties?: { readonly type: { readonly enum: readonly string[] } }
  readonly anyOf?: readonly { readonly enum?: readonly string[] }[]
}

test('a document uses all of them', async () => {
  await useBackend('cpu')
  const kernels = await openKernels({ threads: 1 })
  const data = world({ users: 20, items: 12 })
  const trained = async (graph: Graph) => {
    const losses: number[] = []
    const { evaluation } = await train(graph, data, { kernels, onReport: ({ loss }: Report) => losses.push(loss) })
    expect(losses).toHaveLength(3)
    expect(losses[2]).toBeLessThan(losses[0]!)
    return evaluation!
  }
  const { metrics, protocol } = await trained(graphOf())
  expect(protocol).toBe('ratio-0.1/first-4')
  expect(Object.keys(metrics)).toEqual(['first', 'first(all)'])
  expect(metrics['first']).toBeGreaterThan(0)
  expect(metrics['first']).toBeLessThan(1)

  // the slope makes the fused kernel's batches
  const fused = graphOf({ solver: { ...document.solver, type: 'adam' } })
  const [phase] = fused.phases
  expect(phase!.solver.plan!(phase!.params, problemOf(fused, phase!))).toBe('mini-batches of 16 in the fused kernel')
  await trained(fused)
  await kernels.close()
})
