import { type BackendName, backends, useBackend } from '@recspec/core'
import type { Check } from '../check.js'
import { firstDifference, short } from '../compare.js'
import { testKernels } from '../kernels.js'
import { layerNumbers, valuesOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** All backends give the same values, but for rounding. */
export const agreement: Check<LayerSubject> = {
  name: 'backends',
  says: 'every backend gives the same values',
  applies: () => backends().length > 1,
  async *run({ layer, cases }) {
    const results = async (backend: BackendName) => {
      await useBackend(backend, await testKernels())
      return cases.map((prepared) =>
        [true, false].map((training) => valuesOf(layer, prepared, layerNumbers(prepared, 13), { training })),
      )
    }
    const [reference, ...others] = [...backends()].reverse()
    const expected = await results(reference!)
    for (const backend of others) {
      const found = await results(backend)
      for (const [k, prepared] of cases.entries())
        for (const [mode, values] of found[k]!.entries()) {
          const place = firstDifference(values, expected[k]![mode]!, 1e-3)
          if (place >= 0)
            yield `gives ${short(values[place])} on ${backend} and ${short(expected[k]![mode]![place])} on ${reference}, ${prepared.label}`
        }
    }
  },
}
