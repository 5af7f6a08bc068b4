import { expect, test } from 'vitest'
import { kindOf } from './kind.js'

const bytes = (text: string) => new TextEncoder().encode(text)

test('files of recspec are told apart by their content', () => {
  const header = bytes('{"a":{}}')
  const model = new Uint8Array(8 + header.length)
  new DataView(model.buffer).setBigUint64(0, BigInt(header.length), true)
  model.set(header, 8)
  expect(kindOf(model)).toBe('trained model')
  expect(kindOf(bytes('// mine\n{ "inputs": {}, "solver": { "type": "adam" }, }'))).toBe('document')
  expect(kindOf(bytes('{ "events": { "file": "r.csv" } }'))).toBe('data document')
})

test('other files are not guessed', () => {
  for (const text of ['user,item\n1,2\n', '{}', '[]', '{ "events": 3 }', '{ "inputs": ', ''])
    expect(kindOf(bytes(text))).toBeUndefined()
})
