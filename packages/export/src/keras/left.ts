import type { KerasPhases } from './phases.js'

/** A sentence for the phases of one solver that Keras does not train. */
export const leftNotes = ({ left }: Pick<KerasPhases, 'left'>): readonly string[] => {
  const places = new Map<string, number[]>()
  for (const { index, type, reason } of left) {
    const said = `${type}, which ${reason}`
    places.set(said, [...(places.get(said) ?? []), index + 1])
  }
  return [...places].map(
    ([said, phases]) => `not trained by Keras: phase${phases.length > 1 ? 's' : ''} ${phases.join(', ')} by ${said}`,
  )
}
