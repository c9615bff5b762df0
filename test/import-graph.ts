import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'
import { read, typescriptFiles } from './packages.js'

/** Files of one `src` folder and the files that each imports, type imports included. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** Reads the imports between the files below `folder`; paths are relative to it. */
export function importGraph(folder: string): ImportGraph {
  const files = typescriptFiles(folder, '.').map(file => relative('.', file))
  return new Map(files.map(file => [file, importsOf(folder, file)]))
}

function importsOf(folder: string, file: string): string[] {
  const imports: string[] = []
  const add = (specifier: ts.Node | undefined) => {
    if (!specifier || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return
    imports.push(join(dirname(file), specifier.text).replace(/\.js$/, '.ts'))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0])
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, read(folder, file), ts.ScriptTarget.ES2023, true))
  return imports
}

/** The first cycle of imports, as the files along it; undefined without one. */
export function findImportCycle(graph: ImportGraph): string[] | undefined {
  const finished = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (finished.has(file)) return undefined
    path.push(file)
    for (const imported of graph.get(file) ?? []) {
      const cycle = visit(imported)
      if (cycle) return cycle
    }
    path.pop()
    finished.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const cycle = visit(file)
    if (cycle) return cycle
  }
  return undefined
}

/** The first folder of a path; undefined for a file at the root of `src`. */
export function folderOf(file: string): string | undefined {
  return file.includes(sep) ? file.slice(0, file.indexOf(sep)) : undefined
}
