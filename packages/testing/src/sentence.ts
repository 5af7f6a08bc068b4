import { isSentence } from '@recspec/core'

/** Why a text is no sentence to follow the name of an operator; undefined where it is one. */
export const sentenceFault = (text: string): string | undefined => {
  if (text.trim() === '') return 'an empty sentence'
  if (/^[A-Z][a-z]/.test(text)) return `"${text}", which does not begin in lower case`
  return /[.!]$/.test(text) && !text.endsWith('…') ? `"${text}", which ends with a period` : undefined
}

/** Why an error that refuses a use is no bare sentence; undefined where it is one. */
export const refusalFault = (error: unknown): string | undefined =>
  isSentence(error) ? sentenceFault(error.message) : `an error that is no bare sentence: ${error}`
