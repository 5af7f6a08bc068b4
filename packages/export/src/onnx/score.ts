import { type Graph, type Head, type Model, predictingHead, tf } from '@recspec/core'
import { graphBuilder } from './builder.js'
import { eventColumns } from './inputs/columns.js'
import { eventInputs } from './inputs/index.js'
import type { OnnxModel } from './proto.js'
import { sidesOf } from './sides.js'
import { translate } from './translate.js'
import { graphWalk } from './walk.js'

/** The graph that predicts as `Model.predict` does: ids and columns of events in, a prediction of each pair out. */
export const scoreModel = async (model: Model, version: string): Promise<OnnxModel> => {
  const head = predictingHead(model.graph)
  const graph = graphBuilder()
  const { entry } = sidesOf(graph, { user: model.users, item: model.items })
  const columns = eventColumns(graph)
  const walks = model.programs.map((program) => graphWalk(graph, program, { entry, events: eventInputs(columns) }))
  const [prediction] = await translate(graph, model.graph, (recorder, batch) => {
    const predictions = walks.map((walk) => {
      const { tensor } = walk(recorder, batch).own(head.inputs[0]!)
      return recorder.at(`/heads/${head.name}`, () => predicted(head, tensor))
    })
    return [recorder.at(`/heads/${head.name}`, () => inTargetScale(head, meanOf(predictions)))]
  })
  const classes = head.target?.classes
  return {
    ...about(model.graph, version),
    ...graph.finish([
      {
        name: 'score',
        type: 'float',
        dims: classes ? ['batch', classes.length] : ['batch'],
        about: aboutScore(head),
        value: prediction!.name,
      },
    ]),
    metadata: {
      ...metadataOf(model),
      head: head.name,
      ...(head.target ? { target: head.target.column } : {}),
      ...(classes ? { classes: JSON.stringify(classes) } : {}),
    },
  }
}

/** What every graph of a model says of itself. */
export const about = ({ name }: Graph, version: string): Pick<OnnxModel, 'name' | 'about' | 'version'> => ({
  name,
  about: `${name}, exported by recspec ${version}`,
  version,
})

/** The document and what trained it, for whoever finds the file. */
export const metadataOf = ({ graph, seed }: Model): Readonly<Record<string, string>> => ({
  document: JSON.stringify(graph.document),
  seed: String(seed),
})

const aboutScore = ({ target, loss }: Head): string => {
  if (!target) return 'what items are ranked by'
  if (target.classes) return `probability of each class of "${target.column}"`
  return `${loss.definition.predicts === 'probability' ? 'probability' : 'prediction'} of "${target.column}"`
}

/** A prediction of the loss's scale from scores [batch, width]. */
const predicted = ({ loss, target }: Head, scores: tf.Tensor): tf.Tensor => {
  if (target?.classes) return tf.softmax(scores)
  const column = tf.reshape(scores, [-1])
  return loss.definition.predicts === 'probability' ? tf.sigmoid(column) : column
}

const meanOf = (predictions: readonly tf.Tensor[]): tf.Tensor =>
  predictions.length === 1 ? predictions[0]! : tf.div(tf.addN([...predictions]), predictions.length)

/** The prediction in the units of the target. */
const inTargetScale = ({ target }: Head, value: tf.Tensor): tf.Tensor => {
  const [low, high] = target?.range ?? [0, 1]
  const scaled = target?.range ? tf.add(tf.mul(value, high - low), low) : value
  return target?.clip ? tf.clipByValue(scaled, ...(target.clip as [number, number])) : scaled
}
