import type { Graph } from '../../graph/graph.js'
import type { DocumentRule, Finding } from '../finding.js'
import { dropout } from './dropout.js'
import { inBatch } from './inbatch.js'
import { schedule } from './schedule.js'
import { untrained } from './untrained.js'

const rules: readonly DocumentRule[] = [untrained, inBatch, schedule, dropout]

/** What is likely a mistake in a document, whatever the data. */
export const lintDocument = (graph: Graph): readonly Finding[] => rules.flatMap((rule) => [...rule(graph)])
