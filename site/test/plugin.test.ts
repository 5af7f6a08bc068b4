// The plugin of the guide in packages/core/README.md, checked as docs/plugins.md says.
import { testPlugin } from '@recspec/testing'
import { expect, test } from 'vitest'
import { guide } from '../../packages/core/test/guide.js'
import { text } from '../../test/workspace.js'

// #region cases
testPlugin(guide, {
  layers: {
    bilinear: { invalid: [{ inputs: { u: [2000], v: [8] }, message: 'needs widths up to 1024, got 2000 and 8' }] },
    average: { cases: [{ inputs: { x: ['length', 4] } }] },
  },
})
// #endregion

test('docs/plugins.md has these cases', () => {
  const [, region] = /\/\/ #region cases\n([\s\S]*?)\/\/ #endregion/.exec(text('site/test/plugin.test.ts'))!
  expect(text('docs/plugins.md')).toContain(region)
})
