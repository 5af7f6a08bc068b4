import { availableParallelism, totalmem } from 'node:os'
import { estimateMemory } from '@recspec/core'
import { foldGraph, type NumberedProposal } from '@recspec/study'
import type { Plan, TuneOptions } from './plan.js'

/** The share of the machine's memory that trials side by side may use without --budget. */
const SHARE = 0.8

/** Bytes that all trials together may use. */
export const memoryLimit = ({ budget }: TuneOptions): number =>
  budget ?? SHARE * Math.min(totalmem(), process.constrainedMemory() || Infinity)

/** Threads of each of several trials. */
export const threadsEach = ({ threads, workers }: TuneOptions): number | undefined =>
  threads ?? (workers > 1 ? Math.max(1, Math.floor(availableParallelism() / workers)) : undefined)

/** Bytes that a trial needs; 0 where its document is not valid, which it finds out by itself. */
export const memoryOf = (plan: Plan, proposal: NumberedProposal, threads: number, seed: number): number => {
  try {
    const graph = foldGraph(plan.compile(proposal), plan.folds, 0, plan.metric)
    return estimateMemory(graph, plan.folds.training, { threads, seed }).bytes
  } catch {
    return 0
  }
}
