const words =
  'False None True and as assert async await break class continue def del elif else except finally for from global ' +
  'if import in is lambda nonlocal not or pass raise return try while with yield'
const taken = new Set([
  ...words.split(' '),
  ...['self', 'batch', 'training', 'pairs', 'ops', 'keras', 'np', 'unit', 'states', 'running', 'Value', 'Listed'],
  ...['Grid', 'Shared', 'getattr'],
])

/** Names of Python for names of a document: `mlp/hidden1` is `mlp_hidden1`; different names stay different. */
export const pythonNames = (): ((name: string) => string) => {
  const given = new Map<string, string>()
  const used = new Set(taken)
  return (name) => {
    const found = given.get(name)
    if (found !== undefined) return found
    let made = name.replace(/\W/g, '_').replace(/^(?=\d)/, '_')
    while (used.has(made)) made += '_'
    used.add(made)
    given.set(name, made)
    return made
  }
}
