import { type Loss, tf } from '@recspec/core'
import type { Check } from '../check.js'
import { short } from '../compare.js'
import type { Params } from '../settings.js'
import type { LossSubject } from './kind.js'

/** The cells of one user: those with 1 were observed, with these targets. */
const observed = [1, 0, 1, 1, 0]
const targets = [1, 0, 0.5, 3, 0]

/** What closed-form solvers read of the loss is `apply`, but for a constant. */
export const quadratic: Check<LossSubject> = {
  name: 'quadratic',
  says: 'the quadratic form has the differences of apply',
  applies: ({ loss }) => loss.quadratic !== undefined,
  *run({ loss, settings }) {
    const seen = new Set<string>()
    for (const { params } of settings) {
      const label = `with ${JSON.stringify(params)}`
      if (seen.has(label)) continue
      seen.add(label)
      const form = loss.quadratic!(params)
      const { of, items } = loss.examples(params)
      if (items !== 'own' && of !== 'cell') continue
      const cells = form.unobserved === undefined ? [0, 2, 3] : [0, 1, 2, 3, 4]
      for (const cell of cells) {
        const cost = (score: number) => {
          const target = targets[cell]!
          return observed[cell] === 1
            ? form.weight(target) * (score - form.target(target)) ** 2
            : form.unobserved! * score ** 2
        }
        const scores = [0, 1, -2, 0.5]
        const terms = scores.map((score) => termAt(loss, params, cell, score))
        const place = scores.findIndex((score, k) => !close(terms[k]! - terms[0]!, cost(score) - cost(0)))
        if (place < 0) continue
        yield `from score 0 to ${scores[place]} a cell that was ${observed[cell] === 1 ? `observed with ${targets[cell]}` : 'not observed'} costs ${short(terms[place]! - terms[0]!)} more by "apply", ${short(cost(scores[place]!) - cost(0))} by "quadratic", ${label}`
      }
    }
  },
}

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-3 * Math.max(1, Math.abs(a), Math.abs(b))

/** The term of one cell among all of them. */
const termAt = (loss: Loss, params: Params, cell: number, score: number): number =>
  tf.tidy(() => {
    const port = Object.keys(loss.inputs)[0]!
    const scores = observed.map((_, k) => (k === cell ? score : 0.1))
    const terms = loss.apply(params, { [port]: { tensor: tf.tensor1d(scores) } } as never, {
      target: tf.tensor1d(targets),
      positive: tf.tensor1d(observed),
      items: observed.length,
    })
    return terms.dataSync()[cell]!
  })
