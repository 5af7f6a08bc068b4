// The boundary between host and WebAssembly has one source, the files of assembly/. From them this writes
// - assembly/{losses,optimizers}/index.generated.ts: a code for each loss and optimizer, and the function that dispatches on it;
// - assembly/tensor/index.generated.ts: the same for the kernels that a team of threads runs task by task;
// - src/boundary.generated.ts: those codes, the parameters of every exported kernel, the field offsets of every @unmanaged class,
//   and the exported integer constants.
// A loss or an optimizer is a file that exports a function of the file's name (lower case).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'

const BYTES = { i32: 4, u32: 4, f32: 4, usize: 4, i64: 8, u64: 8, f64: 8 }

/** Parses the hand-written files of a folder and its subfolders: path without extension to syntax tree. */
const parse = (folder, path = '') =>
  readdirSync(join(folder, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = path ? `${path}/${entry.name}` : entry.name
      if (entry.isDirectory()) return parse(folder, inner)
      if (!entry.name.endsWith('.ts') || entry.name.endsWith('.generated.ts')) return []
      const text = readFileSync(join(folder, inner), 'utf8')
      return [[inner.slice(0, -3), ts.createSourceFile(inner, text, ts.ScriptTarget.ESNext, true)]]
    })

const isExported = (node) => node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false

const exportedFunctions = (tree) =>
  tree.statements.filter((node) => ts.isFunctionDeclaration(node) && node.name && isExported(node))

/** Names of the operators of a folder, ascending: each is the function that is named as its file. */
const operators = (files, folder) =>
  files
    .filter(([path]) => path.startsWith(`${folder}/`))
    .flatMap(([path, tree]) => {
      const found = exportedFunctions(tree).find(({ name }) => name.text.toLowerCase() === basename(path))
      return found ? [{ name: found.name.text, file: basename(path) }] : []
    })

/** DENSE_ADAM of denseAdam. */
const constantName = (name) => name.replace(/[A-Z]/g, '_$&').toUpperCase()

const dispatch = (list, { doc, name, code, parameters, imports = '' }) => {
  const args = parameters.map(([parameter]) => parameter).filter((parameter) => parameter !== code)
  const last = list.length - 1
  const cases = list.map((one, at) => {
    const call = `${one.name}(${args.join(', ')})`
    return at === last ? `    default: ${call}` : `    case ${constantName(one.name)}: ${call}; break`
  })
  return `// Written by boundary.mjs.
${list.map((one) => `import { ${one.name} } from './${one.file}'\n`).join('')}${imports}
${list.map((one, at) => `export const ${constantName(one.name)}: i32 = ${at}\n`).join('')}
/** ${doc} */
// @ts-ignore: decorator
@inline
export function ${name}(
  ${parameters.map(([parameter, type]) => `${parameter}: ${type}`).join(', ')},
): void {
  switch (${code}) {
${cases.join('\n')}
  }
}
`
}

const lossDispatch = (list) =>
  dispatch(list, {
    doc: 'Adds the loss of an example, positive first, to the sum of its block and writes the slope of each score.',
    name: 'lossAndGradient',
    code: 'code',
    parameters: [
      ...[
        ['code', 'i32'],
        ['first', 'f64'],
        ['second', 'f64'],
        ['scores', 'usize'],
      ],
      ...[
        ['count', 'i32'],
        ['target', 'f64'],
        ['slopes', 'usize'],
      ],
    ],
  })

const optimizerDispatch = (list) =>
  dispatch(list, {
    doc: 'One step of a row along the gradient slope · other + penalty · row, by the optimizer of `setOptimizer`.',
    name: 'updateRow',
    code: 'code',
    imports: "import { code } from './settings'\n",
    parameters: [
      ...[
        ['row', 'usize'],
        ['other', 'usize'],
        ['slope', 'f32'],
        ['penalty', 'f32'],
      ],
      ...[
        ['state', 'usize'],
        ['bytes', 'usize'],
      ],
    ],
  })

const taskDispatch = (list) =>
  dispatch(list, {
    doc: 'Runs a task of a job.',
    name: 'runTask',
    code: 'code',
    parameters: [
      ['code', 'i32'],
      ['job', 'usize'],
      ['task', 'i32'],
      ['scratch', 'usize'],
    ],
  })

/** Fields of an @unmanaged class as AssemblyScript lays them out: each aligned to its size. */
const layoutOf = (node) => {
  let next = 0
  const fields = node.members.filter(ts.isPropertyDeclaration).map((member) => {
    // any other type is a reference to an unmanaged class: an address
    const type = member.type.getText()
    const kind = type in BYTES ? type : 'usize'
    const offset = Math.ceil(next / BYTES[kind]) * BYTES[kind]
    next = offset + BYTES[kind]
    return [member.name.text, [kind, offset]]
  })
  return { size: next, fields: Object.fromEntries(fields) }
}

const layoutsOf = (files) =>
  files.flatMap(([, tree]) =>
    tree.statements.filter(ts.isClassDeclaration).map((node) => [node.name.text, layoutOf(node)]),
  )

/** Exported constants that are integer literals, by file. */
const constantsOf = (files) =>
  files.flatMap(([path, tree]) => {
    const found = tree.statements
      .filter((node) => ts.isVariableStatement(node) && isExported(node))
      .flatMap((node) => [...node.declarationList.declarations])
      .filter(({ initializer }) => initializer && ts.isNumericLiteral(initializer) && /^\d+$/.test(initializer.text))
      .map(({ name, initializer }) => [name.text, Number(initializer.text)])
    return found.length > 0 ? [[path, Object.fromEntries(found)]] : []
  })

/** Kernels that the entry re-exports, with the names of their parameters. */
const kernelsOf = (files) => {
  const functions = new Map(
    files.flatMap(([, tree]) => exportedFunctions(tree).map((node) => [`${tree.fileName}:${node.name.text}`, node])),
  )
  const trees = new Map(files)
  const resolve = (path, name) => {
    const own = functions.get(`${path}.ts:${name}`)
    if (own) return own
    const again = reexports(path).find(([exported]) => exported === name)
    return resolve(again[1], name)
  }
  const reexports = (path) =>
    trees
      .get(path)
      .statements.filter(ts.isExportDeclaration)
      .flatMap((node) => {
        const from = join(path, '..', node.moduleSpecifier.text)
        return node.exportClause.elements.map(({ name }) => [name.text, from])
      })
  return reexports('index').map(([name, from]) => [
    name,
    resolve(from, name).parameters.map((parameter) => parameter.name.text),
  ])
}

const literal = (value) => JSON.stringify(value, undefined, 2)

/** The generated files: path in the package to text. */
export const boundary = (folder) => {
  const files = parse(join(folder, 'assembly'))
  const [losses, optimizers, tensor] = ['losses', 'optimizers', 'tensor'].map((kind) => operators(files, kind))
  const codes = (list) => Object.fromEntries(list.map(({ name }, at) => [name, at]))
  return {
    'assembly/losses/index.generated.ts': lossDispatch(losses),
    'assembly/optimizers/index.generated.ts': optimizerDispatch(optimizers),
    'assembly/tensor/index.generated.ts': taskDispatch(tensor),
    'src/boundary.generated.ts': `// Written by boundary.mjs.
/** Codes of the losses and optimizers that have a kernel, and of the kernels on tensors. */
export const lossCodes = ${literal(codes(losses))} as const
export const optimizerCodes = ${literal(codes(optimizers))} as const
export const tensorCodes = ${literal(codes(tensor))} as const
/** Names of the parameters of every kernel, in order. */
export const kernelParameters = ${literal(Object.fromEntries(kernelsOf(files)))} as const
/** Size in bytes of every record that kernels read, and the type and offset of its fields. */
export const layouts = ${literal(Object.fromEntries(layoutsOf(files)))} as const
/** Integer constants by file of assembly/. */
export const constants = ${literal(Object.fromEntries(constantsOf(files)))} as const
`,
  }
}

/** Writes the generated files. */
export const writeBoundary = (folder) => {
  for (const [path, text] of Object.entries(boundary(folder))) writeFileSync(join(folder, path), text)
}
