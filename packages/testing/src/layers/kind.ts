import { isMacro, type Layer, type Plugin, type Shape } from '@recspec/core'
import type { Check } from '../check.js'
import { type Document, descent, ids, ratings, refusalOf, usable } from '../documents.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { lifecycle, type Trainable } from '../lifecycle.js'
import type { Params } from '../settings.js'
import { trainableDocuments } from '../solvers/documents.js'
import { agreement } from './agreement.js'
import { batch } from './batch.js'
import { firstNodes, type LayerCase, layerCases, nodesOf, type PreparedLayer } from './case.js'
import { causal } from './causal.js'
import { deterministic } from './deterministic.js'
import { forms } from './forms.js'
import { gradients } from './gradients.js'
import { leaks } from './leaks.js'
import { padding } from './padding.js'
import { parameters } from './parameters.js'
import { refusals } from './refusals.js'
import { shapes } from './shapes.js'
import type { LayerSubject } from './subject.js'
import { unwritten } from './unwritten.js'
import { weights } from './weights.js'

/** What the author of a layer gives: uses, and shapes or parameters that it refuses. */
export interface LayerCases extends OperatorCases<LayerCase, LayerCase> {
  /** Documents with the layer that are trained; default: made from the cases. */
  readonly documents?: readonly Document[]
}

const layerOf = (plugin: Plugin, name: string): Layer => {
  const operator = operatorOf(plugin, 'layers', 'layer', name)
  if (isMacro(operator)) throw new Error(`"${name}" is a macro: testMacro checks it`)
  return operator
}

/** The checks that call a layer on cases; a layer with a matrix of items has none. */
const ofCases: readonly Check<LayerSubject>[] = [
  shapes,
  refusals,
  unwritten,
  deterministic,
  leaks,
  gradients,
  weights,
  forms,
  padding,
  causal,
  batch,
  parameters,
  agreement,
].map((check) => ({ ...check, applies: (subject) => subject.cases.length > 0 && check.applies?.(subject) !== false }))

/** How layers are checked. */
export const layerKind: Kind<LayerSubject & Trainable, LayerCases> = {
  section: 'layers',
  noun: 'op',
  checks: [...ofCases, ...lifecycle],
  subject: (plugin, name, { cases: given, documents }) => {
    const layer = layerOf(plugin, name)
    const type = typeOf(plugin, name)
    // the values of a layer with a matrix are not those of `apply`: a solver's documents check it
    const {
      cases,
      settings,
      refusals: found,
    } = layer.matrix ? { cases: [], settings: [], refusals: [] } : layerCases(layer, given)
    const written: readonly Document[] =
      documents ??
      (layer.matrix ? matrixDocuments(plugin, type) : undefined) ??
      cases.slice(0, 3).flatMap((prepared): readonly Document[] => {
        const document = documentOf(type, prepared)
        return document ? [document] : []
      })
    const { found: trained, refused } = usable(written, plugin, 3)
    return {
      type,
      plugin,
      layer,
      cases,
      settings,
      refusals: found,
      graphs: trained.map(({ graph }) => graph),
      ...(refused ? { refused } : {}),
      trainings: new Map(),
    }
  },
  untested: ({ cases, layer }) =>
    cases.length > 0 || layer.matrix ? undefined : 'no parameters and shapes that it takes were found: give "cases"',
  refusal: (plugin, name, { params = {}, inputs }) => {
    const layer = layerOf(plugin, name)
    const nodes = inputs ? nodesOf(layer, inputs) : firstNodes(layer)
    const document = documentOf(typeOf(plugin, name), { params, nodes, output: [1] })
    if (!document) throw new Error('the case is of shapes that no document has')
    return refusalOf(document, plugin)
  },
}

/** Documents in which the solvers of a plugin compute the matrix of one of its layers. */
const matrixDocuments = (plugin: Plugin, type: string): readonly Document[] =>
  Object.keys(plugin.solvers ?? {}).flatMap((solver) => {
    const all = [...trainableDocuments(plugin, { type: typeOf(plugin, solver) })]
    const own = all.filter(({ ops }) => Object.values(ops as Record<string, Params>).some((op) => op['type'] === type))
    return usable(own, plugin, 1).found.map(({ document }) => document)
  })

/** A document in which the op of a case trains; undefined where its value is neither a vector nor a sequence. */
const documentOf = (
  type: string,
  { params, nodes, output }: Pick<PreparedLayer, 'params' | 'nodes' | 'output'>,
): Document | undefined => {
  const inputs: Record<string, unknown> = { ...ids }
  const embeddings: Record<string, unknown> = {}
  const names: string[] = []
  for (const [place, { shape }] of nodes.entries()) {
    const node = leafOf(shape, place)
    if (!node) return undefined
    Object.assign(inputs, node.inputs)
    Object.assign(embeddings, node.embeddings)
    names.push(node.name)
  }
  const ops: Record<string, unknown> = { op: { type, inputs: names, ...params } }
  let last = 'op'
  if (output.length === 2) {
    ops['pooled'] = { type: 'pool', inputs: ['op'], by: ['mean'] }
    last = 'pooled'
  }
  if (output.length > 2 || output.length === 0) return undefined
  ops['score'] = { type: 'dense', inputs: [last], units: 1 }
  const read = new Set(Object.values(embeddings).map((one) => (one as { input: string }).input))
  const used = Object.fromEntries(Object.entries(inputs).filter(([name]) => read.has(name)))
  return { inputs: used, embeddings, ops, heads: ratings, solver: descent }
}

interface Leaf {
  readonly name: string
  readonly inputs?: Params
  readonly embeddings: Params
}

/** A table whose rows have the shape of an input. */
const leafOf = (shape: Shape, place: number): Leaf | undefined => {
  const [first, second] = shape
  const name = `x${place}`
  if (shape.length === 1 && typeof first === 'number')
    return { name, embeddings: { [name]: { input: place % 2 === 0 ? 'user' : 'item', dim: first } } }
  if (shape.length === 2 && typeof first === 'string' && typeof second === 'number')
    return {
      name,
      inputs: { seen: { type: 'history', entity: 'user' } },
      embeddings: { [name]: { input: 'seen', dim: second } },
    }
  return undefined
}
