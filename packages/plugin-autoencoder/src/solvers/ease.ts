import { solver, Type } from '@recspec/core'
import { matrixKernels } from '@recspec/kernels'
import { ease as computeEase } from '../linear/ease.js'
import { finished, Stopped, showing } from '../linear/report.js'
import { keepsAll, prunedArrays } from '../linear/storage.js'
import { linearTarget, obstacle, unread } from '../linear/target.js'
import { denseParts } from './memory.js'

/**
 * The least squares of rows in closed form. `fit` throws a Failure of kind `training` where the matrix cannot be
 * inverted in float32.
 */
export const ease = solver({
  summary:
    'The matrix of items with the least expected error of the rows, dropout included, in closed form (EASE: Steck, ' +
    'WWW 2019; EDLAE: Steck, NeurIPS 2020; RDLAE: Moon et al., SIGIR 2023).',
  params: Type.Object({}, { additionalProperties: false }),
  kind: 'minimises',
  rejects: (_, problem) => {
    const found = obstacle(problem)
    if (found) return found
    const target = linearTarget(problem)
    if (target.params.l1 > 0 || target.params.nonNegative)
      return 'has no "l1" and no "nonNegative": "autoencoder/slim" has'
    if (target.params.l2 === 0 && target.dropout === 0) return 'needs an "l2" above 0, or dropout of the history'
    return unread(target, ['l2', 'nu', 'diagonal', 'topK', 'rank', 'dropout'])
  },
  plan: (_, problem) => {
    const { dropout, params } = linearTarget(problem)
    const under = dropout > 0 ? `, the mean over dropout of ${dropout}` : ''
    return `one inverse of a matrix of items by items${under}${params.diagonal > 0 ? ', a bounded diagonal' : ''}`
  },
  memory: (_, problem, sizes) => denseParts(linearTarget(problem), sizes),

  async *fit(_, problem, program, run) {
    const { node, params, head, dropout } = linearTarget(problem)
    const { kernels } = program
    const matrices = matrixKernels(kernels)
    const items = program.dataset.items.ids.count
    const rows = program.rows(node.name)
    const all = keepsAll(params)
    const dense = all ? kernels.float32(items * items) : matrices.allocate(items * items)
    const between = showing(program, run)
    try {
      const { objective } = await computeEase(kernels, rows, dense, { ...params, dropout, between })
      program.setMatrix(node.name, all ? { dense } : await prunedArrays(kernels, dense, items, params))
      yield await finished(program, run, { loss: objective / program.examples(head), step: 1 })
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
    } finally {
      if (!all) matrices.free(dense)
    }
  },
})
