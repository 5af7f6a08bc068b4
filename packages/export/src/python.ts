/** A text as a Python string literal. */
export const pythonString = (text: string): string => JSON.stringify(text)
