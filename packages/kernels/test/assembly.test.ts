/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { boundary } from '../boundary.mjs'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..')
const assembly = join(folder, 'assembly')
const files = readdirSync(assembly, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(assembly, name))

/** What the TypeScript compiler says of the AssemblyScript sources: types, unused imports, locals and parameters. */
const lint = (replaced: Readonly<Record<string, string>> = {}): string[] => {
  const path = join(assembly, 'tsconfig.json')
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, assembly)
  const host = ts.createCompilerHost(options)
  const { readFile } = host
  host.readFile = (name) => replaced[relative(assembly, name)] ?? readFile(name)
  host.getSourceFile = (name, target) => {
    const text = host.readFile(name)
    return text === undefined ? undefined : ts.createSourceFile(name, text, target)
  }
  return ts.getPreEmitDiagnostics(ts.createProgram(files, options, host)).map(({ file, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, ' ')
    return `${file ? relative(assembly, file.fileName) : ''}: ${text}`
  })
}

test('the AssemblyScript sources have no type error and nothing unused', () => {
  expect(lint()).toEqual([])
})

test('the linter finds an imported function that is never called', () => {
  const name = 'optimizers/index.generated.ts'
  const text = readFileSync(join(assembly, name), 'utf8')
  const without = text.replace(/ {4}case ADAM: .*\n/, '')
  expect(without).not.toBe(text)
  expect(lint({ [name]: without })).toEqual([`${name}: 'adam' is declared but its value is never read.`])
})

test('every export of the AssemblyScript sources is imported by another file', () => {
  const entries = ['index.ts', join('dense', 'index.ts')]
  const trees = files.map((name) => ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.ESNext, true))
  const imported = new Set<string>()
  const exported: string[] = []
  for (const tree of trees) {
    const own = relative(assembly, tree.fileName)
    for (const node of tree.statements) {
      if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
        const from = relative(assembly, join(dirname(tree.fileName), (node.moduleSpecifier as ts.StringLiteral).text))
        const clause = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause
        for (const element of (clause as ts.NamedImports | ts.NamedExports).elements)
          imported.add(`${from}.ts ${(element.propertyName ?? element.name).text}`)
      }
      const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
      if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) || entries.includes(own)) continue
      if (ts.isVariableStatement(node))
        exported.push(...node.declarationList.declarations.map(({ name }) => `${own} ${name.getText()}`))
      else exported.push(`${own} ${(node as ts.FunctionDeclaration).name!.text}`)
    }
  }
  // codes and constants are for the host and for kernels that treat an operator in a way of its own
  const isConstant = (name: string) => / [A-Z_0-9]+$/.test(name)
  expect(exported.filter((name) => !imported.has(name) && !isConstant(name))).toEqual([])
})

test('lines of the AssemblyScript sources have at most 120 columns', () => {
  const long = files.flatMap((name) =>
    readFileSync(name, 'utf8')
      .split('\n')
      .flatMap((line, at) => (line.length > 120 ? [`${relative(assembly, name)}:${at + 1}`] : [])),
  )
  expect(long).toEqual([])
})

test('the generated boundary is that of the sources', () => {
  for (const [path, text] of Object.entries(boundary(folder)))
    expect(readFileSync(join(folder, path), 'utf8'), `${path}: run "node build.mjs"`).toBe(text)
})
