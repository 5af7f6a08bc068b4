/** Why a text is no sentence to follow the name of an operator; undefined where it is one. */
export const sentenceFault = (text: string): string | undefined => {
  if (text.trim() === '') return 'an empty sentence'
  if (/^[A-Z][a-z]/.test(text)) return `"${text}", which does not begin in lower case`
  return /[.!]$/.test(text) && !text.endsWith('…') ? `"${text}", which ends with a period` : undefined
}
