import type { SolverState } from '@recspec/core'
import type { Check } from '../check.js'
import { fitted } from './fitted.js'
import type { SolverSubject } from './kind.js'

/** Reports are finite, rise from 1, and have a state that can be stored. */
export const reports: Check<SolverSubject> = {
  name: 'reports',
  decides: true,
  says: 'it reports finite losses in rising epochs, with states that can be stored',
  async *run({ uses, usual, solver }) {
    for (const use of uses) {
      const { graph, params } = use
      const label = `with ${JSON.stringify(params)}`
      const fit = await fitted(graph).catch((error: Error) => error)
      if (fit instanceof Error) {
        // a step that is too large diverges, which a solver says
        if (!usual.includes(use) && 'kind' in fit && fit.kind === 'training') continue
        throw fit
      }
      const { reports: found } = fit
      if (found.length === 0) yield `ends without a report, ${label}`
      let [epoch, step] = [0, 0]
      for (const report of found) {
        if (!Number.isFinite(report.loss)) yield `reports the loss ${report.loss} in epoch ${report.epoch}, ${label}`
        if (!Number.isInteger(report.epoch) || report.epoch < epoch + (report.partial ? 0 : 1))
          yield `reports epoch ${report.epoch} after epoch ${epoch}, expected rising epochs from 1, ${label}`
        if (!Number.isInteger(report.step) || report.step < step)
          yield `reports step ${report.step} after step ${step}, expected rising steps, ${label}`
        if (!(report.epochs >= report.epoch)) yield `reports epoch ${report.epoch} of ${report.epochs}, ${label}`
        const wrong = stateFault(report.state())
        if (wrong) yield `reports a state with ${wrong}, ${label}`
        epoch = report.partial ? epoch : report.epoch
        step = report.step
      }
      const samples = found.filter(({ sample }) => sample).length
      const expected = solver.samples?.(params)
      if (solver.kind === 'samples' ? samples !== expected : samples > 0)
        yield `reports ${samples} samples, expected ${solver.kind === 'samples' ? expected : 'none: its kind is "minimises"'}, ${label}`
    }
  },
}

/** What of a state cannot be stored: numbers and arrays of floats can, all finite. */
const stateFault = ({ numbers, arrays }: SolverState): string | undefined => {
  for (const [name, value] of Object.entries(numbers))
    if (!Number.isFinite(value)) return `the number "${name}" = ${value}`
  for (const [name, values] of Object.entries(arrays)) {
    if (!(values instanceof Float32Array)) return `"${name}", which is no Float32Array`
    if (!values.every(Number.isFinite)) return `numbers in "${name}" that are not finite`
  }
  return undefined
}
