import { compileDocument } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, programOf, world } from '../../test/world.js'
import type { Dataset, Vectors } from '../dataset/dataset.js'
import { idsOf } from '../dataset/ids.js'
import { load } from '../model/read.js'
import { train } from '../run/train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

/** Nine of ten items have a vector: [index, 1]. */
const data = world({ users: 6, items: 10 })
const vectorsOf = (list: readonly string[], dim = 2): Vectors => ({
  dim,
  ids: idsOf(list),
  values: Float32Array.from({ length: list.length * dim }, (_, place) => (place % dim === 0 ? place / dim : 1)),
  source: 'covers.npy',
})
const nine = Array.from({ length: 9 }, (_, index) => `i${index}`)
const withVectors = (vectors: Vectors): Dataset => ({ ...data, vectors: new Map([['covers', vectors]]) })

const base = {
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', epochs: 2, batchSize: 8 },
}
const frozen = (more: object = {}): Document => ({
  ...base,
  inputs: { user: ids.user, covers: { type: 'vectors', entity: 'item', dim: 2, ...more } },
  embeddings: { p: { input: 'user', dim: 3 } },
  ops: {
    projected: { type: 'dense', inputs: ['covers'], units: 3 },
    score: { type: 'dot', inputs: ['p', 'projected'] },
  },
})
const tuned = (more: object = {}, input: object = ids.item): Document => ({
  ...base,
  inputs: { user: ids.user, item: input },
  embeddings: {
    p: { input: 'user', dim: 2 },
    q: { input: 'item', dim: 2, init: { type: 'vectors', name: 'covers', ...more } },
  },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
})

test('frozen vectors are numbers by id, zeros where there is none, and stay in the model', async () => {
  const given = withVectors(vectorsOf(nine))
  const program = programOf(frozen({ missing: 'flag' }), given, kernels)
  const { numbers, size } = program.inputs.get('covers')!.encoded!
  expect(size).toBe(3)
  const entry = (index: number) => Array.from(numbers!.subarray(3 * (index + 1), 3 * (index + 2)))
  expect([-1, 0, 7, 9].map(entry)).toEqual([
    [0, 0, 1],
    [0, 1, 0],
    [7, 1, 0],
    [0, 0, 1],
  ]) // prettier-ignore
  expect(program.notes).toEqual(['vectors covers: 9 of 10 items (90 %)'])
  const { model, notes } = await train(graphOf(frozen()), given, { kernels })
  expect(notes).toEqual(program.notes)
  const back = await load(await model.save(), (stored) => compileDocument(stored, []), { kernels })
  const { user, item } = data.events
  expect(back.predict(user, item)).toEqual(model.predict(user, item))
})

test('frozen vectors can be L2-normalized', () => {
  const program = programOf(frozen({ normalize: 'l2' }), withVectors(vectorsOf(nine)), kernels)
  const { numbers } = program.inputs.get('covers')!.encoded!
  expect(Math.hypot(numbers![8]!, numbers![9]!)).toBeCloseTo(1)
  expect(numbers![8]! / numbers![9]!).toBeCloseTo(3)
})

test('rows start as the vectors of their ids, the others as usual', () => {
  const plain = programOf(
    { ...tuned(), embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } } },
    data,
    kernels,
  ) // prettier-ignore
  const program = programOf(tuned(), withVectors(vectorsOf(nine)), kernels)
  const { values } = program.tables.get('q')!
  for (let item = 0; item < 9; item++) expect([values[2 * item + 2], values[2 * item + 3]]).toEqual([item, 1])
  expect(values.subarray(20)).toEqual(plain.tables.get('q')!.values.subarray(20))
  expect(program.notes).toEqual(['vectors covers: 9 of 10 rows of "q" (90 %)'])
})

test('a row that training does not read keeps its vector, for cold starts', () => {
  const cold = world({ users: 6, items: 10, has: (_, item) => item !== 4 && item !== 9 })
  const given: Dataset = { ...cold, vectors: new Map([['covers', vectorsOf(nine)]]) }
  const { values } = programOf(tuned(), given, kernels).tables.get('q')!
  expect([values[10], values[11]]).toEqual([4, 1])
  expect([values[20], values[21]]).toEqual([0, 0])
})

test('rows of values start as the vectors of their texts', () => {
  const given = withVectors(vectorsOf(['loud', 'old', 'elsewhere']))
  const document = tuned({ normalize: 'l2' }, { type: 'categories', entity: 'item', column: 'genres' })
  const q = { ...(document['embeddings'] as { q: object }).q, combine: 'mean' }
  const program = programOf({ ...document, embeddings: { p: { input: 'user', dim: 2 }, q } }, given, kernels)
  // rows: unknown, missing, calm, loud, new, old
  const { values } = program.tables.get('q')!
  expect([values[6], values[7]]).toEqual([0, 1])
  expect(values[10]).toBeCloseTo(Math.SQRT1_2)
  expect(program.notes).toEqual(['vectors covers: 2 of 4 rows of "q" (50 %)'])
})

test('a wrong width is refused with the file, the id and both widths', () => {
  const wide = withVectors(vectorsOf(nine, 3))
  expect(() => programOf(frozen(), wide, kernels)).toThrow(
    'input "covers": expected 2 numbers, got 3, in the vector of "i0" in covers.npy',
  )
  expect(() => programOf(tuned(), wide, kernels)).toThrow(
    'vectors "covers" of covers.npy have 3 numbers ("i0"), embedding "q" has dim 2',
  )
})

test('vectors that the data lacks, or that match nothing, are errors', () => {
  expect(() => programOf(frozen(), data, kernels)).toThrow(
    'no vectors "covers" in the data, which input "covers" reads',
  )
  const other = withVectors(vectorsOf(['x', 'y']))
  expect(() => programOf(frozen({ vectors: 'images' }), other, kernels)).toThrow(
    expect.objectContaining({ hint: 'the data has "covers"' }),
  )
  for (const [document, what] of [
    [frozen(), '10 items'],
    [tuned(), '10 rows of "q"'],
  ] as const)
    expect(() => programOf(document, other, kernels)).toThrow(
      expect.objectContaining({
        message: `vectors "covers" of covers.npy have none of the ${what}`,
        hint: expect.stringContaining('its first id is "x", the first of the'),
      }),
    )
})
