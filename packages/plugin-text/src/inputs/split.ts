const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu

/** The words of a text: runs of letters, marks and digits, in lower case and compatibility form (NFKC). */
export const split = (text: string): readonly string[] => text.normalize('NFKC').toLowerCase().match(word) ?? []
