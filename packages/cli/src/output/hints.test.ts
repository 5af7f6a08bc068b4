import { expect, test } from 'vitest'
import { resumeCommand, shellQuote } from './hints.js'

test('a run continues by its own command with another checkpoint', () => {
  const argv = ['train', 'my model.json', '--data', 'd.csv', '--resume', 'old', '--set', '/name=a b']
  expect(resumeCommand(argv, 'm.checkpoint.safetensors')).toBe(
    "npx recspec train 'my model.json' --data d.csv --set '/name=a b' --resume m.checkpoint.safetensors",
  )
  expect(resumeCommand(['train', 'm.json', '--resume=old'], 'new')).toBe('npx recspec train m.json --resume new')
})

test('words that a shell would change are quoted', () => {
  expect(['a-1_b', "it's", '', '*', '$x'].map(shellQuote)).toEqual(['a-1_b', `'it'\\''s'`, "''", "'*'", "'$x'"])
})
