/** Every page that is a file of the repository: the file, and where it goes. */
export const files: readonly { readonly from: string; readonly to: string }[]
