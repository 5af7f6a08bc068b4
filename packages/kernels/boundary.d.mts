/** The generated files of the boundary between host and WebAssembly: path in the package to text. */
export const boundary: (folder: string) => Readonly<Record<string, string>>
/** Writes the generated files. */
export const writeBoundary: (folder: string) => void
