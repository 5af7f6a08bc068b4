/** A letter or digit, then letters, marks and digits. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu

/** The words of a text: runs of letters, marks and digits in NFKC form and lower case. */
export const wordsOf = (text: string): readonly string[] => text.normalize('NFKC').toLowerCase().match(WORD) ?? []

/** The characters of a text's words, with a space between words. */
export const charactersOf = (text: string): readonly string[] => [...wordsOf(text).join(' ')]
