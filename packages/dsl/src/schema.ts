import type { Plugin } from '@recspec/core'
import { catalog, type Language } from './catalog.js'
import {
  Embedding,
  Envelope,
  Evaluation,
  Head,
  inputEntry,
  lossEntry,
  opEntry,
  type Schema,
  solverEntry,
  splitEntry,
} from './grammar.js'
import { documented } from './jsonschema.js'
import { builtinLanguage } from './language.js'

/** The JSON Schema (draft 7) of every document that these plugins can say; closed, so that editors refuse what they do not know. */
export const schema = (plugins: readonly Plugin[], language: Language = builtinLanguage): Schema => {
  const { inputs, layers, losses, solvers, splits } = catalog(plugins, language)
  const properties = Envelope['properties'] as Record<string, Schema>
  const evaluation = Evaluation['properties'] as Record<string, Schema>
  const section = (name: string, definition: string) => ({
    ...documented(properties[name]!),
    additionalProperties: ref(definition),
  })
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'recspec document',
    description: 'A recommender model: inputs, embeddings, ops, heads and how they are trained.',
    ...documented(Envelope),
    properties: {
      ...(documented(Envelope)['properties'] as object),
      inputs: section('inputs', 'input'),
      embeddings: section('embeddings', 'embedding'),
      ops: section('ops', 'op'),
      heads: section('heads', 'head'),
      solver: {
        description: properties['solver']!['description'],
        ...either({ type: 'array' }, { items: ref('solver'), minItems: 1 }, ref('solver')),
      },
      evaluation: {
        ...documented(Evaluation),
        properties: {
          ...(documented(Evaluation)['properties'] as object),
          split: { description: evaluation['split']!['description'], ...allOf(ref('split')) },
          validation: { description: evaluation['validation']!['description'], ...allOf(ref('split')) },
        },
      },
    },
    ...either(
      { properties: { normalized: { const: true } }, required: ['normalized'] },
      named({ pattern: '^[^~ ]+$', maxLength: 300 }),
      named({ pattern: '^[^/~ ]+$', maxLength: 128 }),
    ),
    definitions: {
      input: tagged(inputs, inputEntry),
      embedding: {
        ...documented(Embedding),
        ...either(
          { required: ['table'] },
          { properties: { dim: false, init: false, l2: false, nu: false } },
          { required: ['dim'] },
        ),
      },
      op: tagged(layers, opEntry),
      head: {
        ...documented(Head),
        properties: { ...(documented(Head)['properties'] as object), loss: ref('loss') },
      },
      loss: tagged(losses, lossEntry),
      solver: tagged(solvers, solverEntry),
      split: tagged(splits, splitEntry),
    },
  }
}

const ref = (definition: string): Schema => ({ $ref: `#/definitions/${definition}` })

const either = (condition: Schema, accepted: Schema, otherwise?: Schema): Schema => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  then: accepted,
  ...(otherwise && { else: otherwise }),
})

const allOf = (...schemas: readonly Schema[]): Schema => ({ allOf: schemas })

/** The rule for names, in each section that has them. */
const named = (rule: Schema): Schema => ({
  properties: Object.fromEntries(['inputs', 'embeddings', 'ops', 'heads'].map((key) => [key, { propertyNames: rule }])),
})

/** An object whose `type` says which of several schemas it follows. */
const tagged = <D>(operators: ReadonlyMap<string, D>, schemaOf: (definition: D) => Schema): Schema => ({
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string', enum: [...operators.keys()] } },
  allOf: [...operators].map(([type, definition]) =>
    either({ properties: { type: { const: type } }, required: ['type'] }, documented(schemaOf(definition))),
  ),
})
