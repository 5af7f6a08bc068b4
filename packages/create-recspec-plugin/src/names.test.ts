import { expect, test } from 'vitest'
import { pluginNames } from './names.js'

test.each([
  ['my-thing', 'my-thing', 'recspec-plugin-my-thing', 'myThing'],
  ['recspec-plugin-fm2', 'fm2', 'recspec-plugin-fm2', 'fm2'],
  ['@acme/towers', 'towers', '@acme/recspec-plugin-towers', 'towers'],
  ['@acme/recspec-plugin-a-b-c', 'a-b-c', '@acme/recspec-plugin-a-b-c', 'aBC'],
])('%s', (text, plugin, name, identifier) => {
  expect(pluginNames(text)).toEqual({ plugin, package: name, folder: `recspec-plugin-${plugin}`, identifier })
})

test.each(['', 'My', 'a/b', '../x', '-x', 'x-', '@acme/', 'my thing', 'é'])('"%s" is no name', (text) => {
  expect(() => pluginNames(text)).toThrow(`invalid name "${text}", expected lower-case words with hyphens`)
})

test('a name that recspec brings is refused', () => {
  expect(() => pluginNames('imf')).toThrow('"imf" is a plugin that recspec brings, choose another name')
})
