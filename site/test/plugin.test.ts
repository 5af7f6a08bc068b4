// The plugin of the guide in packages/core/README.md, checked as docs/plugins.md says.
import { testPlugin } from '@recspec/testing'
import { expect, test } from 'vitest'
import { guide } from '../../packages/core/test/guide.js'
import { text } from '../../test/workspace.js'

// #region cases
const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const tables = { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } }
const ops = { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'bias', inputs: ['match'], trainable: true } }
const heads = { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }

testPlugin(guide, {
  layers: {
    bilinear: { invalid: [{ inputs: { u: [2000], v: [8] }, message: 'needs widths up to 1024, got 2000 and 8' }] },
    average: { cases: [{ inputs: { x: ['length', 4] } }] },
  },
  solvers: {
    mean: { cases: [{ document: { inputs: ids, embeddings: tables, ops, heads }, phase: { trains: ['score'] } }] },
    sign: { except: { parameters: 'the sign of a gradient does not depend on its norm' } },
  },
  metrics: { meanError: { except: { better: 'the mean of signed errors is best at 0' } } },
})
// #endregion

test('docs/plugins.md has these cases', () => {
  const [, region] = /\/\/ #region cases\n([\s\S]*?)\/\/ #endregion/.exec(text('site/test/plugin.test.ts'))!
  expect(text('docs/plugins.md')).toContain(region)
})
