import { join } from 'node:path'
import ts from 'typescript'
import { compilerOptions, packages, repository } from './packages.js'

/** One exported thing, or one member of it, as its user sees it. */
export interface ApiEntry {
  /** `PACKAGE NAME` or `PACKAGE NAME.MEMBER`. */
  readonly name: string
  /** `FILE:LINE`, from the root of the repository. */
  readonly place: string
  readonly node: ts.Declaration
  /** The doc comment without its tags; empty if there is none. */
  readonly text: string
  readonly tags: readonly ApiTag[]
  /** True for a field that may be left out. */
  readonly isOptional: boolean
}

/** A tag of a doc comment, such as `@throws`, and the text after it. */
interface ApiTag {
  readonly tag: string
  readonly text: string
}

/** The public surface of the packages, and the checker that read it. */
export interface ExportedApi {
  readonly checker: ts.TypeChecker
  readonly entries: readonly ApiEntry[]
}

/** Reads the doc comments of everything that the entries of the packages export. */
export function exportedApi(): ExportedApi {
  const entryFiles = packages.flatMap(({ folder, manifest }) =>
    sourceEntries(manifest.exports).map(file => ({
      name: manifest.name,
      file: join(folder, file),
    })),
  )
  const program = ts.createProgram(
    entryFiles.map(({ file }) => file),
    compilerOptions(),
  )
  const checker = program.getTypeChecker()
  const reader = new ApiReader(checker)
  for (const { name, file } of entryFiles) {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (module) reader.readModule(name, module)
  }
  return { checker, entries: [...reader.entries.values()] }
}

function sourceEntries(exports: Readonly<Record<string, unknown>>): string[] {
  return Object.values(exports).flatMap(entry => {
    const { types } = entry as { types?: string }
    return types === undefined ? [] : [types.replace('./dist/', './').replace(/\.d\.ts$/, '.ts')]
  })
}

class ApiReader {
  readonly #checker: ts.TypeChecker
  readonly entries = new Map<ts.Declaration, ApiEntry>()

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker
  }

  readModule(owner: string, module: ts.Symbol): void {
    for (const exported of this.#checker.getExportsOfModule(module)) {
      const symbol =
        exported.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported
      if (symbol.flags & ts.SymbolFlags.ValueModule) this.readModule(owner, symbol)
      else this.#readExport(`${owner} ${exported.name}`, symbol)
    }
  }

  #readExport(name: string, symbol: ts.Symbol): void {
    const [declaration] = symbol.declarations ?? []
    if (!declaration || this.entries.has(declaration)) return
    this.#add(name, symbol, declaration)
    if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias))
      this.#readMembers(name, this.#checker.getDeclaredTypeOfSymbol(symbol))
    if (symbol.flags & ts.SymbolFlags.Function) this.#readParameters(name, declaration)
  }

  #readMembers(owner: string, type: ts.Type): void {
    for (const part of type.isUnion() ? type.types : [type]) {
      for (const member of this.#checker.getPropertiesOfType(part)) {
        const [declaration] = member.declarations ?? []
        if (!declaration || !isOwnMember(declaration) || this.entries.has(declaration)) continue
        const name = `${owner}.${member.name}`
        this.#add(name, member, declaration)
        if (ts.isMethodSignature(declaration) || ts.isMethodDeclaration(declaration))
          this.#readParameters(name, declaration)
        else this.#readReferenced(owner, this.#checker.getTypeOfSymbol(member))
      }
    }
  }

  /** Reads the types of the parameters: a caller has to know their fields. */
  #readParameters(owner: string, declaration: ts.Declaration): void {
    const signature = ts.isFunctionLike(declaration)
      ? this.#checker.getSignatureFromDeclaration(declaration)
      : undefined
    for (const parameter of signature?.parameters ?? [])
      this.#readReferenced(owner, this.#checker.getTypeOfSymbol(parameter))
    if (signature) this.#readReferenced(owner, signature.getReturnType())
  }

  /** Reads the fields of a type that is only referenced. */
  #readReferenced(owner: string, type: ts.Type): void {
    for (const part of type.isUnionOrIntersection() ? type.types : [type]) {
      const symbol = part.aliasSymbol ?? part.symbol
      const [declaration] = symbol?.declarations ?? []
      for (const argument of this.#checker.getTypeArguments(part as ts.TypeReference))
        this.#readReferenced(owner, argument)
      if (!declaration || !isOwn(declaration)) continue
      if (ts.isTypeLiteralNode(declaration)) this.#readMembers(owner, part)
      else if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration))
        this.#readExport(`${owner.split(' ')[0]} ${symbol.name}`, symbol)
    }
  }

  #add(name: string, symbol: ts.Symbol, node: ts.Declaration): void {
    const source = node.getSourceFile()
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    this.entries.set(node, {
      name,
      place: `${source.fileName.slice(repository.length)}:${line + 1}`,
      node,
      text: ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)),
      tags: symbol.getJsDocTags(this.#checker).map(({ name, text }) => ({
        tag: name,
        text: ts.displayPartsToString(text),
      })),
      isOptional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
    })
  }
}

function isOwn(declaration: ts.Declaration): boolean {
  const { fileName } = declaration.getSourceFile()
  return fileName.startsWith(join(repository, 'packages')) && !fileName.includes('/dist/')
}

/** Returns true for a member that is written as a type or in a class; the fields of zod's schemas have descriptions instead. */
function isOwnMember(declaration: ts.Declaration): boolean {
  if (!isOwn(declaration) || ts.isPropertyAssignment(declaration)) return false
  if (ts.isShorthandPropertyAssignment(declaration)) return false
  const name = ts.getNameOfDeclaration(declaration)
  return !(name && (ts.isPrivateIdentifier(name) || ts.isComputedPropertyName(name)))
}
