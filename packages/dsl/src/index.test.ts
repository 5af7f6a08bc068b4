import { expect, test } from 'vitest'
import * as exported from './index.js'

test('the public names are these', () => {
  expect(Object.keys(exported).sort()).toEqual([
    'SpecError',
    'check',
    'compile',
    'compileDocument',
    'limits',
    'print',
    'printAll',
    'schema',
  ])
})
