import { compareScores, loss, maskTerms, NegativesParam, negatives, negativesProblem, Type, tf } from '@recspec/core'

/** max(0, margin + negative − positive) for each negative. */
export const hinge = loss({
  summary: 'Pairwise hinge: a positive should lead each negative by a margin.',
  params: Type.Object(
    {
      margin: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'by how much' }),
      negatives: Type.With(NegativesParam, { default: 1, description: 'items a positive is compared with' }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  rejects: (params, { target }) => (target ? 'reads no target' : negativesProblem(params.negatives, true)),
  examples: (params) => {
    const drawn = negatives(params.negatives)
    return { of: 'event', items: drawn.inBatch ? 'in-batch' : 'sampled', negatives: drawn }
  },
  apply: ({ margin, ...params }, { score }, { positive, logQ }) => {
    const scores = logQ ? tf.sub(score.tensor, logQ) : score.tensor
    const found = compareScores(scores, negatives(params.negatives), positive)
    return maskTerms(tf.relu(tf.add(tf.sub(found.others, found.positives), margin)), found)
  },
  slope: ({ margin, ...params }) =>
    negatives(params.negatives).correct
      ? undefined
      : {
          list: (scores, _, slopes) => {
            let sum = 0
            slopes.fill(0)
            for (let at = 1; at < scores.length; at++) {
              const over = margin + scores[at]! - scores[0]!
              if (over <= 0) continue
              sum += over
              slopes[at] = 1
              slopes[0]! -= 1
            }
            return sum
          },
        },
})
