import { Failure, type KerasText } from '@recspec/core'

/** Texts in the order in which Python needs them, each once. */
export const orderedTexts = (texts: Iterable<KerasText>): readonly string[] => {
  const found = new Map<string, string>()
  const add = ({ name, source, uses = [] }: KerasText) => {
    for (const used of uses) add(used)
    const before = found.get(name)
    const text = source.trim()
    if (before !== undefined && before !== text)
      throw new Failure(
        'plugin',
        `two operators of the document give different Keras texts under the name "${name}"`,
        'give one of them another name: "keras" of the operator says it',
      )
    found.set(name, text)
  }
  for (const text of texts) add(text)
  return [...found.values()]
}

/** Python text with two empty lines between its parts. */
export const joinTexts = (parts: readonly string[]): string => `${parts.map((part) => part.trim()).join('\n\n\n')}\n`
