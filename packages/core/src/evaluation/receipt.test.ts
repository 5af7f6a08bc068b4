import { expect, test } from 'vitest'
import type { Dataset, Events } from '../dataset/dataset.js'
import { idsOf } from '../dataset/ids.js'
import { receiptOf } from './receipt.js'

type Row = readonly [user: number, item: number, time: number]
const eventsOf = (rows: readonly Row[]): Events => ({
  count: rows.length,
  user: Int32Array.from(rows, ([user]) => user),
  item: Int32Array.from(rows, ([, item]) => item),
  time: Float64Array.from(rows, ([, , time]) => time),
  columns: new Map(),
})
const dataset = (ids: readonly string[], rows: readonly Row[]): Dataset => ({
  users: { ids: idsOf([...ids]), columns: new Map() },
  items: { ids: idsOf(['a', 'b', 'c']), columns: new Map() },
  events: eventsOf(rows),
  notes: [],
})
const receipt = (training: Dataset, test: Events) => receiptOf(training, test, { seed: 0, stored: false })

test('a receipt says which rows are decided by equal times, and which are older than training rows', async () => {
  const training = dataset(
    ['u', 'v'],
    [
      [0, 0, 5],
      [0, 1, 9],
      [1, 0, 20],
    ],
  )
  const test = eventsOf([
    [0, 2, 9], // as late as a training row of the user, older than the last of all
    [0, 2, 7], // older than a training row of the user
    [1, 2, 30], // newer than all
    [-1, 2, 1], // unknown user
  ])
  const { equalTimes, older } = await receipt(training, test)
  expect(equalTimes).toBe(1 / 4)
  expect(older).toEqual({ user: 1 / 4, anyone: 3 / 4 })
})

test('the hash of test rows follows ids, not indices, and tells other rows', async () => {
  const rows = [[0, 1, 3]] as const
  const { tests } = await receipt(dataset(['u', 'v'], []), eventsOf(rows))
  expect((await receipt(dataset(['w', 'u'], []), eventsOf([[1, 1, 3]]))).tests).toBe(tests)
  for (const other of [
    [1, 1, 3],
    [0, 2, 3],
    [0, 1, 4],
  ] as const)
    expect((await receipt(dataset(['u', 'v'], []), eventsOf([other]))).tests).not.toBe(tests)
  expect(tests).toMatch(/^[0-9a-f]{16}$/)
})
