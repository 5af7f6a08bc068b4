import { expect, test } from 'vitest'
import type { TrainingResult } from '../project/training.js'
import { trainedJson } from './trained.js'

const result = (trained: object) =>
  ({
    trained: { seconds: 1, rows: 9, outcomes: [], notes: [], ...trained },
    graph: { name: 'mf' },
    path: 'mf.safetensors',
    size: 1,
    digest: 'd',
    rejected: 0,
    backend: 'cpu',
    threads: 1,
  }) as unknown as TrainingResult

test('a model that was saved and could not be measured is reported with the error', () => {
  const error = Object.assign(new Error('no predictions'), { name: 'DataError', hint: 'use rmse' })
  expect(trainedJson(result({ evaluationError: error }))).toMatchObject({
    artifact: 'mf.safetensors',
    metrics: {},
    error: { reason: 'data', exit: 3, message: 'no predictions', hint: 'use rmse' },
  })
  expect(trainedJson(result({}))).not.toHaveProperty('error')
})
