import { testPlugin } from '@recspec/testing'
import { builtin } from '../../src/builtin/index.js'

testPlugin(
  { name: '', apiVersion: 1, inputs: builtin.inputs! },
  {
    inputs: {
      age: {
        cases: [
          { entity: 'item', columns: ['released'] },
          { params: { scale: 'standard' }, entity: 'event', columns: ['released', 'time'] },
        ],
      },
      flags: { cases: [{ entity: 'event', columns: ['liked', 'plays'] }] },
      tensor: {
        cases: [
          { params: { shape: [4] }, entity: 'item', columns: ['vector'] },
          { params: { shape: [2, 2] }, entity: 'item', columns: ['vector'] },
        ],
      },
    },
  },
)
