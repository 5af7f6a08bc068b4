// The reference of a package: its public names with their docstrings and declarations, as TypeScript has them.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { address, files, repositoryAddress, root } from './pages.js'

const compilerOptions = () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options
}

const PRINTED = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope
const LONGEST = 600

const oneLine = (text) => text.replace(/\s+/g, ' ')

/** `(a: A, b?: B): C` of a function, with the return type that TypeScript finds where none is written. */
const signatureOf = (checker, node) => {
  const types = node.typeParameters ? `<${node.typeParameters.map((one) => one.getText()).join(', ')}>` : ''
  const parameters = node.parameters.map((one) => oneLine(one.getText())).join(', ')
  const signature = checker.getSignatureFromDeclaration(node)
  const returned = node.type?.getText() ?? checker.typeToString(signature.getReturnType(), node, PRINTED)
  return `${types}(${parameters}): ${oneLine(returned)}`
}

const memberOf = (checker, member) => {
  const comment = member.getFullText().match(/\/\*\*[\s\S]*?\*\//)?.[0]
  const said = comment ? `  ${comment}\n` : ''
  if (ts.isConstructorDeclaration(member)) {
    const parameters = member.parameters.map((one) => oneLine(one.getText())).join(', ')
    return `${said}  constructor(${parameters})`
  }
  if (ts.isMethodDeclaration(member)) return `${said}  ${member.name.getText()}${signatureOf(checker, member)}`
  const type = member.type?.getText() ?? checker.typeToString(checker.getTypeAtLocation(member), member, PRINTED)
  return `${said}  ${member.name.getText()}: ${oneLine(type)}`
}

const isHidden = (member) =>
  (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 ||
  member.name?.getText().startsWith('#')

/** What kind of name it is, and how it is declared. */
const declarationOf = (checker, node) => {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
    return { kind: 'type', text: node.getText().replace(/^export /, '') }
  if (ts.isClassDeclaration(node)) {
    const heritage = node.heritageClauses?.map((clause) => ` ${clause.getText()}`).join('') ?? ''
    const members = node.members.filter((member) => !isHidden(member)).map((member) => memberOf(checker, member))
    return { kind: 'class', text: `class ${node.name.text}${heritage} {\n${members.join('\n')}\n}` }
  }
  if (ts.isFunctionDeclaration(node))
    return { kind: 'function', text: `function ${node.name.text}${signatureOf(checker, node)}` }
  if (ts.isVariableDeclaration(node)) {
    const { initializer, name, type } = node
    if (initializer && ts.isArrowFunction(initializer) && !type)
      return { kind: 'function', text: `function ${name.getText()}${signatureOf(checker, initializer)}` }
    const printed = type?.getText() ?? checker.typeToString(checker.getTypeAtLocation(node), node, PRINTED)
    return { kind: 'value', text: `const ${name.getText()}: ${printed.length > LONGEST ? '{ … }' : printed}` }
  }
  return undefined
}

const kinds = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['value', 'Values'],
  ['type', 'Types'],
]

/** A name that a package exports: docstring, kind and declaration; names of other packages say which one. */
const entryOf = (checker, folder, symbol) => {
  const aliased = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const name = symbol.getName()
  const [declaration] = aliased.getDeclarations() ?? []
  const file = declaration?.getSourceFile()
  const path = file && relative(root, file.fileName).replaceAll('\\', '/')
  if (!path || path.includes('node_modules') || ts.isSourceFile(declaration)) {
    const from = /node_modules\/(?!\.pnpm)((?:@[^/]+\/)?[^/]+)/g
    const owner = [...(path ?? '').matchAll(from)].at(-1)?.[1] ?? 'another package'
    return { name, kind: 'value', said: `\`${owner}\`, exported so that a process has one copy of it.` }
  }
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart())
  const said = ts.displayPartsToString(aliased.getDocumentationComment(checker)).trim()
  // packages/<folder>/src/<part>/…; what another package declares is of no part
  const part = path.startsWith(`packages/${folder}/`) ? path.split('/').slice(3, -1)[0] : undefined
  return { name, said, part, source: `${repositoryAddress(path)}#L${line + 1}`, ...declarationOf(checker, declaration) }
}

/** Names beyond which a package has a page for each folder of its sources. */
const MOST_NAMES = 100

/** The pages of a package: [name below the package, title, entries]. */
const partsOf = (folder, name, entries) => {
  if (entries.length <= MOST_NAMES) return [[folder, name, entries]]
  const parts = new Map()
  for (const entry of entries) parts.set(entry.part, [...(parts.get(entry.part) ?? []), entry])
  return [...parts]
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([part, own]) => (part ? [`${folder}-${part}`, `${name}: ${part}`, own] : [folder, name, own]))
}

const section = ({ name, said, source, text }) =>
  `### ${name}\n\n${said}${source ? ` [Source](${source})` : ''}\n${text ? `\n\`\`\`ts\n${text}\n\`\`\`\n` : ''}`

/**
 * The pages of the reference for folders of packages, by where they go, and what is missing: public functions and
 * classes without a docstring.
 */
export const referencePages = (folders) => {
  const entries = folders.map((folder) => join(root, 'packages', folder, 'src/index.ts'))
  const program = ts.createProgram(entries, compilerOptions())
  const checker = program.getTypeChecker()
  const faults = []
  const pages = folders.flatMap((folder, index) => {
    const { name } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
    const module = checker.getSymbolAtLocation(program.getSourceFile(entries[index]))
    const found = checker.getExportsOfModule(module).map((symbol) => entryOf(checker, folder, symbol))
    found.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const one of found)
      if (one.said === '' && (one.kind === 'function' || one.kind === 'class'))
        faults.push(`${name}: "${one.name}" has no docstring`)
    const readme = files.find(({ from }) => from === `packages/${folder}/README.md`)
    const more = readme ? ` What they are for: [README](${address(readme.to)}).` : ''
    return partsOf(folder, name, found).map(([to, title, own]) => {
      const groups = kinds.flatMap(([kind, heading]) => {
        const some = own.filter((one) => one.kind === kind)
        return some.length > 0 ? [`## ${heading}\n\n${some.map(section).join('\n')}`] : []
      })
      const head = `---\nsource: packages/${folder}/src/index.ts\noutline: [2, 3]\n---\n\n# API of ${title}\n\n`
      return [`api/${to}`, `${head}Names that \`${name}\` exports.${more}\n\n${groups.join('\n')}`]
    })
  })
  return { pages, faults }
}
