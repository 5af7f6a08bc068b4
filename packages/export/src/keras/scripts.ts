import type { Graph, predictingHead } from '@recspec/core'
import { pythonLiteral } from '../python.js'
import { importing, title } from './forms.js'
import { leftNotes } from './left.js'
import type { KerasPhases } from './phases.js'
import { optimizer, scoring, training } from './python/programs.js'
import { joinTexts, orderedTexts } from './texts.js'

/** The text of score.py. */
export const scoreText = (graph: Graph, { loss, target }: ReturnType<typeof predictingHead>): string => {
  const predicts = {
    probability: loss.definition.predicts === 'probability',
    classes: target?.classes?.length ?? 0,
    range: target?.range ?? null,
    clip: target?.clip ?? null,
  }
  return joinTexts([
    `"""${title(graph)}: scores pairs of users and items; written by recspec export --to keras."""\n\n` +
      importing(['argparse', 'csv', 'json', 'os'], ['numpy as np', 'ops of keras'], ['batches', 'Model of model']),
    `PREDICTS = ${pythonLiteral(predicts)}\n${scoring.trim()}`,
  ])
}

/** The text of train.py. */
export const trainText = (graph: Graph, { trained, left }: KerasPhases): string => {
  const notes = leftNotes({ left }).map((note) => `# ${note}`)
  return joinTexts([
    `"""${title(graph)}: trains the model with the document's settings; written by recspec export --to keras."""\n\n` +
      importing(
        ['argparse', 'os', 'types'],
        ['keras', 'numpy as np', 'ops of keras'],
        ['batches', 'scheduled of batches', 'Model of model'],
      ),
    optimizer,
    ...orderedTexts(trained.map(({ optimizer: text }) => text)),
    [
      ...notes,
      `OPTIMIZERS = {${trained.map(({ index, optimizer: { name } }) => `${index}: ${name}`).join(', ')}}`,
    ].join('\n'),
    training,
  ])
}
