import ts from 'typescript'

/** An error that a function throws itself. */
export interface ThrownError {
  /** Name of its class. */
  readonly name: string
  /** Its code; empty if the code is not written in the call. */
  readonly code: string
}

/**
 * Returns the errors with a code that a function throws: in its own body, and in the
 * functions of the same package that it calls, but not below a `try` that may catch them.
 */
export function thrownErrors(node: ts.Node, checker: ts.TypeChecker): ThrownError[] {
  const found = new Map<string, ThrownError>()
  const seen = new Set<ts.Node>()
  const visitFunction = (declaration: ts.Node) => {
    if (seen.has(declaration) || !ts.isFunctionLike(declaration)) return
    seen.add(declaration)
    const body = 'body' in declaration ? declaration.body : undefined
    if (body) visit(body)
  }
  const visit = (child: ts.Node): void => {
    // What another function does is done when it is called.
    if (ts.isFunctionLike(child)) return
    if (ts.isTryStatement(child) && child.catchClause) {
      visit(child.catchClause)
      return
    }
    if (ts.isThrowStatement(child)) addError(child.expression, found)
    if (ts.isCallExpression(child)) {
      const called = calledFunction(child, checker)
      if (called && packageOf(called) === packageOf(node)) visitFunction(called)
    }
    ts.forEachChild(child, visit)
  }
  visitFunction(node)
  return [...found.values()]
}

function addError(thrown: ts.Expression, found: Map<string, ThrownError>): void {
  if (!ts.isNewExpression(thrown) || !ts.isIdentifier(thrown.expression)) return
  const [code] = thrown.arguments ?? []
  const name = thrown.expression.text
  if (name === 'Error' || !code || !ts.isStringLiteral(code)) return
  found.set(`${name} ${code.text}`, { name, code: code.text })
}

function calledFunction(call: ts.CallExpression, checker: ts.TypeChecker): ts.Node | undefined {
  let symbol = checker.getSymbolAtLocation(call.expression)
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol)
  return symbol?.declarations?.find(ts.isFunctionDeclaration)
}

function packageOf(node: ts.Node): string {
  return /\/packages\/[^/]+\/src\//.exec(node.getSourceFile().fileName)?.[0] ?? ''
}
