/** Shows the name of a file above a fenced block that has one: the second word after its backticks. */
export const filenames = (markdown) => {
  const { fence } = markdown.renderer.rules
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const [language, file] = tokens[index].info.trim().split(/\s+/)
    if (file === undefined) return fence(tokens, index, ...rest)
    tokens[index].info = language
    return `<p class="file">${markdown.utils.escapeHtml(file)}</p>${fence(tokens, index, ...rest)}`
  }
}
