import { initialState, key, permutation, slots } from '@recspec/kernels'
import type { Examples } from '../../contract/loss.js'
import type { FitOptions } from '../../contract/solver.js'
import type { Head } from '../../graph/graph.js'
import { choosesPositives } from '../../graph/heads.js'
import type { Problem } from '../../graph/problem.js'
import { bufferPool } from '../../program/leaves.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { batchSamplerOf, isGrid } from '../batching/index.js'
import { type BatchSampler, filled, type SampledBatch } from '../batching/sampled.js'
import { clipping } from '../clip.js'
import type { DescentParams, Executor } from '../executor.js'
import type { OptimizerPair } from '../optimizer.js'
import { penalties, trainedWeights } from '../penalty.js'
import { scaleInPlace } from '../vector.js'
import { yieldToEventLoop } from '../yield.js'
import { batchGradients, type HeadGroup, headGroup, type OnLeaf } from './gradients.js'
import { tableTrainer } from './table.js'

/** The executor on tfjs, over gathered rows: for any graph and any loss. */
export const tfjsExecutor = (
  optimizer: OptimizerPair,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: FitOptions,
): Executor => {
  const batchSize = params.batchSize ?? 256
  const groups = headGroups(problem, program)
  const bound = program.bind(program.dataset.events)
  const tablePenalties = penalties(problem, program)
  const dense = trainedWeights(problem)
  const tables = new Map(
    [...tablePenalties].map(([name, penalty]) => [
      name,
      tableTrainer(program.kernels, program.tables.get(name)!, optimizer.tables, penalty),
    ]),
  )
  const pool = bufferPool(program.kernels)
  const whole = new Int32Array(1)
  const states = new Map(
    dense.map(({ name }) => {
      const size = slots(optimizer.weights, program.weights.get(name)!.length)
      return [name, program.kernels.float32(size).fill(initialState(optimizer.weights))]
    }),
  )
  const { count, examples = count, order: ordered } = groups[0]!.sampler
  const steps = Math.ceil(count / batchSize)

  const step = (chosen: Int32Array, place: number, number: number, rate: number, random: number): number => {
    let loss = 0
    const sums = new Map<string, Float32Array>()
    for (const { group, sampler } of groups) {
      const sampled = sampler.sample(chosen, random, place)
      const onLeaf: OnLeaf = ({ node, place: axis, lookup, whole }, readers, gradient) => {
        const table = tables.get(node.table)!
        table.add(lookup, gradient)
        if (tablePenalties.get(node.table)!.l2 > 0 && readers > 0)
          table.penalize(
            lookup,
            whole ? once(sampled) : axisReads(sampled, node.side, axis),
            sampled.examples / readers,
          )
      }
      const gradients = batchGradients(program, group, sampled, bound, key(random, number), number, steps, pool, onLeaf)
      loss += gradients.loss
      for (const [name, gradient] of gradients.weights) {
        const sum = sums.get(name)
        if (sum) for (let k = 0; k < sum.length; k++) sum[k]! += gradient[k]!
        else sums.set(name, gradient)
      }
    }
    for (const { name, l2, nu } of dense) {
      const gradient = sums.get(name)
      const values = program.weights.get(name)!
      const factor = 2 * l2 * examples ** (nu - 1)
      if (l2 > 0 && gradient) for (let k = 0; k < values.length; k++) gradient[k]! += factor * values[k]!
    }
    const keep = 1 - rate * (params.weightDecay ?? 0)
    const clip = params.clipNorm === undefined ? 1 : clipping(params.clipNorm, tables.values(), sums.values())
    for (const table of tables.values()) table.update(rate, number + 1, keep, clip)
    for (const { name } of dense) {
      const gradient = sums.get(name)
      if (!gradient) continue
      const values = program.weights.get(name)!
      if (keep !== 1) scaleInPlace(values, keep, 0, values.length)
      if (clip !== 1) scaleInPlace(gradient, clip, 0, gradient.length)
      const target = { values, state: states.get(name)!, width: values.length }
      program.kernels.update(optimizer.weights, target, whole, gradient, rate, number + 1)
    }
    return loss
  }

  return {
    examples,
    steps,
    state: new Map([
      ...[...tables].map(([name, { state }]) => [`state ${name}`, state] as const),
      ...[...states].map(([name, state]) => [`state ${name}`, state] as const),
    ]),
    epoch: async (number, rate, signal, position, moved) => {
      const random = key(run.seed, run.phase, number)
      const order = ordered?.(random, batchSize) ?? permutation(count, random)
      let { steps: done, loss } = position
      const yieldIfDue = yieldToEventLoop()
      while (done < steps) {
        const chosen = order.subarray(done * batchSize, (done + 1) * batchSize)
        loss += step(chosen, done, (number - 1) * steps + done, rate(done), random)
        done++
        if (run.reportDue?.((number - 1) * steps + done)) break
        if (!(await yieldIfDue())) continue
        if (signal?.aborted) break
        moved({ steps: done, loss })
      }
      return { steps: done, loss }
    },
  }
}

interface SampledGroup {
  readonly group: HeadGroup
  readonly sampler: BatchSampler
}

/** Groups heads by their examples: a group shares one batch and one forward pass. */
export const headGroups = (problem: Problem, program: LoweredProgram): readonly SampledGroup[] => {
  const byExamples = new Map<string, { heads: Head[]; examples: Examples }>()
  // heads of rows that read no cells join others of rows, whose batch has their users too
  const withCells = problem.heads.map(examplesOf).find(({ of, items }) => of === 'row' && items !== 'none')
  for (const head of problem.heads) {
    const own = examplesOf(head)
    const examples = own.of === 'row' && own.items === 'none' ? (withCells ?? own) : own
    const text = JSON.stringify([head.examples, examples, choosesPositives(head) && head.target])
    const found = byExamples.get(text) ?? { heads: [], examples }
    byExamples.set(text, found)
    found.heads.push(head)
  }
  return [...byExamples.values()].map(({ heads, examples }) => ({
    group: headGroup(problem, heads, isGrid(examples)),
    sampler: batchSamplerOf(program, heads, examples),
  }))
}

const examplesOf = ({ loss }: Head): Examples => loss.definition.examples(loss.params)

/** One read of each sequence of a batch. */
const once = ({ batch }: SampledBatch): Float32Array => filled(batch.sequences!.from.length, 1)

/** How often the batch reads each entry of the axis of a leaf. */
const axisReads = (sampled: SampledBatch, side: string, place: 'own' | 'pairs'): Float32Array => {
  const { batch } = sampled
  const reads = sampled.reads()
  if (side === 'pair') return reads.event
  if (reads.axes && place === 'own') return side === 'user' ? reads.axes.user : reads.axes.item
  const [perPair, index, axis] =
    side === 'user' ? [reads.user, batch.user, batch.users] : [reads.item, batch.item, batch.items]
  if (place === 'pairs') return perPair
  const out = new Float32Array(axis.entities.length)
  for (let pair = 0; pair < index.length; pair++) out[index[pair]!]! += perPair[pair]!
  return out
}
