import { expect, test } from 'vitest'
import type { Input, InputSource } from '../../contract/input.js'
import type { Cell } from '../../dataset/column.js'
import * as inputs from './index.js'

const { bucket, gaps, history, id, number, tensor } = inputs

const source = (training: Cell[], all: Cell[] = training, targetMean?: number): InputSource => ({
  entity: 'item',
  count: all.length,
  all,
  training,
  ...(targetMean === undefined ? {} : { targetMean }),
})

/** Encodes values with a state that went through JSON, as in an artifact. */
const read = (input: Input, params: Record<string, unknown>, from: InputSource) => {
  const state = JSON.parse(JSON.stringify(input.learn(params, from)))
  return {
    height: input.height?.(params, state),
    rows: (value: unknown) => [...Array.from(input.encode(params, state, value as Cell).rows!)],
    values: (value: unknown) => [...Array.from(input.encode(params, state, value as Cell).values!)],
  }
}

test('an id has the row after its index, an unknown one row 0', () => {
  const { height, rows } = read(id, {}, { ...source([]), count: 3 })
  expect(height).toBe(4)
  expect([-1, 0, 2, 3].map(rows)).toEqual([[0], [1], [3], [0]])
})

test('buckets have equal shares of the training rows', () => {
  const values = [80, 10, 70, 20, 60, 30, 50, 40]
  const { height, rows } = read(bucket, { count: 4 }, source(values))
  expect(height).toBe(5)
  const counts = new Map<number, number>()
  for (const value of values) counts.set(rows(value)[0]!, (counts.get(rows(value)[0]!) ?? 0) + 1)
  expect([...counts].sort()).toEqual([
    [1, 2],
    [2, 2],
    [3, 2],
    [4, 2],
  ]) // prettier-ignore
  expect([-1e9, 29.9, 30, '30', 1e9].map(rows)).toEqual([[1], [1], [2], [2], [4]])
  expect([undefined, '', 'old', Number.NaN, Number.POSITIVE_INFINITY].map(rows)).toEqual([[0], [0], [0], [0], [0]])
})

test('repeated values make fewer buckets, and no values one', () => {
  expect(read(bucket, { count: 4 }, source([1, 1, 1, 1, 1, 1, 9])).height).toBe(2)
  expect(read(bucket, { count: 3 }, source([1, 1, 9, 9])).height).toBe(3)
  const empty = read(bucket, { count: 3 }, source([undefined, 'x']))
  expect([empty.height, empty.rows(5), empty.rows(undefined)]).toEqual([2, [1], [0]])
})

test('buckets may begin at given bounds, whatever the data', () => {
  const { height, rows } = read(bucket, { bounds: [18, 25, 35] }, source([1, 2, 3]))
  expect(height).toBe(5)
  expect([17.9, 18, 24, 25, 99, undefined].map(rows)).toEqual([[1], [2], [2], [3], [4], [0]])
  expect(() => bucket.shape({ bounds: [18, 25, 25] })).toThrow('needs ascending "bounds", got 25 after 25')
  expect(() => bucket.shape({ bounds: [18], count: 3 })).toThrow('takes "count" or "bounds", got both')
})

test('a missing number may be said by a second one', () => {
  const { values } = read(number, { scale: 'standard', missing: 'flag' }, source([2, 4, 6]))
  expect(number.shape({ missing: 'flag' })).toEqual([2])
  expect([4, undefined, 'x'].map(values)).toEqual([
    [0, 0],
    [0, 1],
    [0, 1],
  ]) // prettier-ignore
})

test('numbers are scaled by training rows only', () => {
  const from = source([2, 4, 6, undefined], [2, 4, 6, undefined, 1000])
  const scaled = (scale: string, missing: string) => read(number, { scale, missing }, from).values
  expect(['8', 2, undefined].map(scaled('none', 'mean'))).toEqual([[8], [2], [4]])
  expect([2, 6, undefined, 8].map(scaled('range', 'mean'))).toEqual([[0], [1], [0.5], [1.5]])
  const standard = scaled('standard', 'mean')
  const [a, b, c] = [2, 4, 6].map((value) => standard(value)[0]!) as [number, number, number]
  expect([a + b + c, (a * a + b * b + c * c) / 3]).toEqual([expect.closeTo(0), expect.closeTo(1)])
  expect(standard(undefined)).toEqual([0])
  expect(scaled('standard', 'zero')(undefined)[0]).toBeCloseTo(-4 / Math.sqrt(8 / 3))
  expect(scaled('log', 'zero')(Math.E - 1)[0]).toBeCloseTo(1)
  expect(scaled('log', 'zero')(1 - Math.E)[0]).toBeCloseTo(-1)
})

test('a constant or empty column scales to zeros', () => {
  for (const scale of ['standard', 'range']) {
    expect(read(number, { scale, missing: 'mean' }, source([3, 3])).values(3)).toEqual([0])
    expect(read(number, { scale, missing: 'mean' }, source([])).values(undefined)).toEqual([0])
  }
})

test('a missing number can be an error in the data, but not for an unknown entity', () => {
  const params = { scale: 'none', missing: 'error' }
  expect(() => number.learn(params, source([1, undefined]))).toThrow('missing number')
  expect(() => number.learn(params, source([1], [1, 'x']))).toThrow('invalid number "x"')
  expect(read(number, params, source([1, 3])).values(undefined)).toEqual([2])
})

test('a tensor is read from text', () => {
  const { values } = read(tensor, { shape: [2, 2] }, source([]))
  expect(values('1, 2;3  -4.5')).toEqual([1, 2, 3, -4.5])
  expect([values(undefined), values(' ')]).toEqual([
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]) // prettier-ignore
  expect(() => values('1 2 3')).toThrow('expected 4 numbers, got 3')
  expect(() => values('1 2 x 4')).toThrow('invalid number "x"')
  expect(read(tensor, { shape: [1] }, source([])).values(7)).toEqual([7])
})

const plain = { center: 'none', normalize: 'none', dropout: 0 }

test('a history has a row for each interaction, the last ones where it is cut', () => {
  const { height, rows, values } = read(history, plain, { ...source([]), count: 5 })
  expect(height).toBe(6)
  expect(rows({ entities: [3, 0, 3] })).toEqual([4, 1, 4])
  expect(values({ entities: [3, 0, 3] })).toEqual([1, 1, 1])
  expect(rows({ entities: [3, -1, 9] })).toEqual([4])
  expect(rows({ entities: [] })).toEqual([])
  expect(
    read(history, { ...plain, maxLength: 2 }, { ...source([]), count: 5 }).rows({ entities: [1, 2, -1, 4] }),
  ).toEqual([3, 5])
})

test('a history can be weighted by centered, L2-normalized values', () => {
  const from = { ...source([], [], 3), count: 9 }
  const params = { ...plain, values: 'rating', center: 'target-mean' }
  const given = { entities: [0, 1, 2], values: [5, Number.NaN, 2] }
  expect(read(history, params, from).rows(given)).toEqual([1, 3])
  expect(read(history, params, from).values(given)).toEqual([2, -1])
  const unit = read(history, { ...params, normalize: 'l2' }, from)
  expect(unit.values(given)).toEqual([expect.closeTo(2 / Math.sqrt(5)), expect.closeTo(-1 / Math.sqrt(5))])
  expect(unit.values({ entities: [0], values: [3] })).toEqual([0])
  expect(read(history, { ...plain, normalize: 'l2' }, from).values({ entities: [1, 2, 3, 4] })).toEqual([
    0.5, 0.5, 0.5, 0.5,
  ])
})

test('a history without the values or the target it needs is an error', () => {
  expect(() => history.shape({ ...plain, center: 'target-mean' })).toThrow('center "target-mean" needs "values"')
  expect(() => history.learn({ ...plain, values: 'r', center: 'target-mean' }, source([]))).toThrow('needs one target')
  expect(history.window!({ ...plain, values: 'r', before: 'event', dropout: 0.5 })).toEqual({
    column: 'r',
    before: true,
    causal: true,
    dropout: 0.5,
  })
  expect([history.shape(plain), history.shape({ ...plain, maxLength: 20 })]).toEqual([['length'], [20]])
})

test('a history of another input keeps what is unknown: that input has a value for it', () => {
  const params = { ...plain, of: 'genres' }
  expect(read(history, params, { ...source([]), count: 5 }).rows({ entities: [3, -1, 9, 0] })).toEqual([4, 0, 0, 1])
  expect(history.window!(params)).toMatchObject({ of: 'genres' })
})

test('gaps are powers of two between the times of a history; those of missing times are unknown', () => {
  const { rows, height } = read(gaps, {}, { ...source([]), count: 5 })
  expect(height).toBe(43)
  expect(rows({ entities: [0, 1, 2, 3, 4], times: [10, 10, 10.5, 12.5, 1012.5] })).toEqual([1, 2, 3, 4, 12])
  expect(rows({ entities: [0, -1, 2], times: [10, 11, 14] })).toEqual([1, 5])
  expect(rows({ entities: [0, 1, 2], times: [Number.NaN, 11, 14] })).toEqual([0, 0, 4])
  expect(rows({ entities: [0, 1] })).toEqual([0, 0])
  expect(
    read(gaps, { maxLength: 2 }, { ...source([]), count: 5 }).rows({ entities: [0, 1, 2], times: [1, 2, 4] }),
  ).toEqual([1, 4])
  expect(rows({ entities: [0, 1], times: [0, 1e30] })).toEqual([1, 42])
})

/** A column that a case learns from, its last value only in the entity table. */
const column: readonly Cell[] = ['3', '1.5', '7', '', undefined, 'a|b']

/** Parameters of each input, values it knows, and a value that is missing or unknown. */
const cases: Readonly<Record<string, readonly [params: Record<string, unknown>, known: unknown[], unknown: unknown]>> =
  {
    bucket: [{ count: 3 }, ['3', 1.5, '7', -1e9, 1e9], 'x'],
    calendar: [{ part: 'day', unit: 'days' }, ['3', 1.5, '7'], undefined],
    categories: [{ separator: '|' }, ['a|b', '3', 'b', '7'], undefined],
    category: [{}, ['3', '1.5', 'a|b', '7'], 'never seen'],
    gaps: [
      { maxLength: 3 },
      [
        { entities: [0, 1, 2, 5], times: [1, 1, 4, 1e9] },
        { entities: [4], times: [0] },
      ],
      { entities: [-1], times: [3] },
    ],
    history: [{ ...plain, maxLength: 3 }, [{ entities: [0, 1, 2, 5] }, { entities: [4] }], { entities: [-1] }],
    id: [{}, [0, 1, 5], -1],
    number: [{ scale: 'standard', missing: 'mean' }, ['3', 1.5, '7'], undefined],
    tensor: [{ shape: [2, 1] }, ['1 2', '0,-3'], undefined],
    time: [{ parts: ['hour', 'year'], unit: 'days' }, ['3', 1.5, '7'], undefined],
  }

/** The same for inputs of several columns, or of vectors. */
const severalCases: typeof cases = {
  age: [
    { units: ['days', 'days'], scale: 'log', missing: 'flag' },
    [
      ['3', 4],
      [1.5, '7'],
    ],
    [undefined, 4],
  ],
  cross: [
    {},
    [
      ['3', '3'],
      ['7', '7'],
    ],
    ['3', '7'],
  ],
  vectors: [{ dim: 2, normalize: 'l2', missing: 'zero' }, [[3, 4], new Float32Array([0, 0])], undefined],
  flags: [
    {},
    [
      [1, 0],
      ['TRUE', 1],
    ],
    [undefined, ''],
  ],
}

test('every input has a case', () => {
  expect(Object.keys({ ...cases, ...severalCases }).sort()).toEqual(Object.keys(inputs).sort())
})

for (const [name, [params, known, unknown]] of Object.entries({ ...cases, ...severalCases }))
  test(`${name} encodes known and unknown values as it declares`, () => {
    const definition = (inputs as Readonly<Record<string, Input>>)[name]!
    const cells = source(column.slice(0, 3), [...column])
    const pairs = { columns: ['a', 'b'], all: column.map((one) => [one, one]), training: [['3', '3']] }
    const from = name in severalCases ? { ...cells, ...pairs } : cells
    const state = JSON.parse(JSON.stringify(definition.learn(params, from as never)))
    const shape = definition.shape(params)
    const height = definition.height?.(params, state)
    expect(height !== undefined).toBe(definition.gives === 'rows')
    for (const value of [...known, unknown]) {
      const { rows, values } = definition.encode(params, state, value as never)
      if (definition.gives === 'rows') {
        expect([...Array.from(rows!)].every((row) => Number.isInteger(row) && row >= 0 && row < height!)).toBe(true)
        if (shape.length === 0) expect(rows).toHaveLength(1)
        if (typeof shape[0] === 'number') expect(rows!.length).toBeLessThanOrEqual(shape[0])
        if (values) expect(values).toHaveLength(rows!.length)
        if (value !== unknown) expect(Math.min(...Array.from(rows!))).toBeGreaterThan(0)
      } else expect(values).toHaveLength((shape as number[]).reduce((size, dim) => size * dim, 1))
      expect([...Array.from(values ?? [])].every(Number.isFinite)).toBe(true)
    }
    if (definition.gives === 'rows' && shape.length === 0)
      expect([...Array.from(definition.encode(params, state, unknown as never).rows!)]).toEqual([0])
  })
