import { readFileSync } from 'node:fs'
import { type Checkpoint, type Dataset, train, useBackend } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { type Kernels, key, openKernels, uniform } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { autoencoder } from './index.js'

const threads = [1, 2, 3]
const opened: Kernels[] = []
beforeAll(async () => {
  for (const count of threads) opened.push(await openKernels({ threads: count }))
})
afterAll(async () => {
  for (const kernels of opened) await kernels.close()
})

const USERS = 70
const ITEMS = 90
const cells = Array.from(
  { length: USERS * ITEMS },
  (_, cell) => [Math.floor(cell / ITEMS), cell % ITEMS] as const,
).filter(([user, item]) => uniform(key(1, user, item), 0) < 0.25)
const numbered = (count: number) => ({
  ids: { count, at: (index: number) => String(index), indexOf: (id: unknown) => Number(id) },
  columns: new Map(),
})
const data: Dataset = {
  notes: [],
  users: numbered(USERS),
  items: numbered(ITEMS),
  events: {
    count: cells.length,
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
    columns: new Map([
      [
        'rating',
        {
          kind: 'number' as const,
          values: Float64Array.from(cells, ([user, item]) => 3 + ((user + item) % 2) + uniform(key(2, user, item), 0)),
        },
      ],
    ]),
  },
}

/** An example with small widths, two epochs and small batches. */
const small = (name: string): { name: string; text: string } => {
  const file = new URL(`../../../examples/${name}.json`, import.meta.url)
  const text = readFileSync(file, 'utf8')
    .replace(/"(dim|units)": \d{2,}/g, '"$1": 12')
    .replace(/"epochs": \d+/g, '"epochs": 2')
    .replace(/"rounds": \d+/g, '"rounds": 2')
    .replace(/"batchSize": \d+/g, '"batchSize": 24')
  return { name, text }
}

const trained = async (name: string, kernels: Kernels) => {
  await useBackend('wasm', kernels)
  return (await train(compile(small(name), [autoencoder]), data, { kernels, seed: 3 })).model.save()
}

/** Interrupts a run at the first opportunity and resumes it, repeatedly, until it ends. */
const piecewise = async (name: string, kernels: Kernels) => {
  await useBackend('wasm', kernels)
  const graph = compile(small(name), [autoencoder])
  let resume: Checkpoint | undefined
  for (let pieces = 1; pieces < 100; pieces++) {
    const signal = AbortSignal.abort()
    const found = await train(graph, data, { kernels, seed: 3, signal, ...(resume ? { resume } : {}) })
    resume = found.interrupted
    if (!resume) return { bytes: await found.model.save(), pieces }
  }
  throw new Error('never ends')
}

test.each(['autorec-user', 'autorec-item', 'denoising', 'cdae', 'mult-dae', 'mult-vae', 'recvae'])(
  '%s: the same bytes on any number of threads, and after interruptions',
  async (name) => {
    const first = await trained(name, opened[0]!)
    for (const kernels of opened.slice(1)) expect(Buffer.compare(first, await trained(name, kernels))).toBe(0)
    const { bytes, pieces } = await piecewise(name, opened[0]!)
    expect(pieces).toBeGreaterThan(2)
    expect(Buffer.compare(first, bytes)).toBe(0)
  },
  300_000,
)
