import { type LossCase, testPlugin } from '@recspec/testing'
import { builtin } from '../../src/builtin/index.js'

/** Each kind of negatives; `corrects`: with log-q too. */
const negatives = (more: Readonly<Record<string, unknown>>, corrects = false): readonly LossCase[] => [
  { params: { ...more, negatives: 3 } },
  { params: { ...more, negatives: { count: 2, sampler: 'popularity', power: 0.5, exclude: 'none' } } },
  { params: { ...more, negatives: { count: 3, shared: true } } },
  { params: { ...more, negatives: { count: 1, hard: 2 } } },
  { params: { ...more, negatives: { sampler: 'in-batch', ...(corrects ? { correct: 'log-q' } : {}) } } },
]

testPlugin(
  { name: '', apiVersion: 1, losses: builtin.losses! },
  {
    losses: {
      bce: { cases: [{ head: { target: 'liked' } }, ...negatives({})] },
      bpr: { cases: negatives({}) },
      ccl: { cases: negatives({ margin: 0.3, weight: 3 }).slice(0, 4) },
      gbce: { cases: negatives({ calibration: 0.6 }).slice(0, 2) },
      softmax: {
        cases: [
          { params: { temperature: 2 } },
          ...negatives({ temperature: 0.5 }, true),
          { params: { temperature: 0.4, negativeWeight: 1.3, negatives: 3 } },
          { params: { temperature: 0.4, negativeWeight: 1.3, negatives: { count: 2, shared: true } } },
          {
            params: {
              temperature: 0.4,
              negativeWeight: 1.3,
              averagePositives: true,
              negatives: { count: 2, shared: true },
            },
          },
        ],
      },
      warp: { cases: negatives({ margin: 0.8 }).slice(0, 4) },
    },
  },
)
