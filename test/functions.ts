import ts from 'typescript'

/** Lengths of one function, in lines. */
export interface FunctionLength {
  readonly name: string
  /** Without the functions nested in it. */
  readonly own: number
  readonly whole: number
}

/** Returns the lengths of all functions of a file, nested ones included. */
export function functionsOf(source: ts.SourceFile): FunctionLength[] {
  const found: FunctionLength[] = []
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line
  const linesOf = (node: ts.Node) => lineOf(node.getEnd()) - lineOf(node.getStart()) + 1
  const visit = (node: ts.Node): number => {
    let nested = 0
    ts.forEachChild(node, child => {
      nested += visit(child)
    })
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return nested
    const whole = linesOf(node)
    found.push({ name: node.name?.getText() ?? 'a function', own: whole - nested, whole })
    return whole
  }
  visit(source)
  return found
}

/** Returns the class fields that other code can change: public ones that are not `readonly`. */
export function publicMutableFields(source: ts.SourceFile): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      for (const member of node.members) {
        if (ts.isPropertyDeclaration(member) && isMutable(member)) found.push(nameOf(node, member))
        if (ts.isConstructorDeclaration(member))
          found.push(...member.parameters.filter(isMutableProperty).map(p => nameOf(node, p)))
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isMutable(field: ts.PropertyDeclaration | ts.ParameterDeclaration): boolean {
  const { SyntaxKind } = ts
  const kinds = ts.getModifiers(field)?.map(({ kind }) => kind) ?? []
  const isHidden =
    ts.isPrivateIdentifier(field.name) ||
    kinds.includes(SyntaxKind.PrivateKeyword) ||
    kinds.includes(SyntaxKind.ProtectedKeyword)
  return !isHidden && !kinds.includes(SyntaxKind.ReadonlyKeyword)
}

function isMutableProperty(parameter: ts.ParameterDeclaration): boolean {
  return ts.isParameterPropertyDeclaration(parameter, parameter.parent) && isMutable(parameter)
}

function nameOf(owner: ts.ClassLikeDeclaration, field: ts.NamedDeclaration): string {
  return `${owner.name?.getText() ?? 'a class'}.${field.name?.getText() ?? '?'}`
}
