import { expect, test } from 'vitest'
import { outcomeText } from './outcome.js'

test.each([
  [{ epoch: 12, epochs: 60, best: 9 }, 'adam stopped after epoch 12 of 60; kept epoch 9, the best\n'],
  [{ epoch: 60, epochs: 60, best: 57 }, 'adam ran to epoch 60 of 60; kept epoch 57, the best\n'],
  [{ epoch: 7, epochs: 60 }, 'adam stopped after epoch 7 of 60\n'],
  [{ epoch: 60, epochs: 60 }, ''],
])('%j is printed as %j', (outcome, text) => {
  expect(outcomeText({ solver: 'adam', ...outcome })).toBe(text)
})
