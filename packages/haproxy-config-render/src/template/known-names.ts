import { templateError } from './template-source.js'

/** Every name that a template may follow into the model. */
const fields: ReadonlySet<string> = new Set(
  (
    'runtimeSocket maxConnections stats values frontends pools addresses name mode bind address ' +
    'port pool routes host path length balance healthCheck sticky cookie key servers weight ' +
    'backup slowStartMs tags ip'
  ).split(' '),
)

/** Handlebars' own variables, written with `@`. */
const variables: ReadonlySet<string> = new Set(['root', 'index', 'key', 'first', 'last'])

/** The names in a block, with those that it gives itself: `{{#each pools as |pool|}}`. */
export function namesInScope(
  program: hbs.AST.Program,
  scope: ReadonlySet<string>,
): ReadonlySet<string> {
  const { blockParams } = program as { blockParams?: readonly string[] }
  return blockParams ? new Set([...scope, ...blockParams]) : scope
}

/**
 * Refuses names that no part of any model has, which are misspelt, in a
 * statement and in the expressions inside it. Whether a model has a known name
 * at that place only a rendering tells.
 */
export function refuseUnknownNames(
  node: hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression,
  scope: ReadonlySet<string>,
): void {
  const isCall = node.params.length > 0 || node.type !== 'MustacheStatement'
  for (const part of isCall ? node.params : [node.path]) {
    if (part.type === 'SubExpression') refuseUnknownNames(part as hbs.AST.SubExpression, scope)
    if (part.type !== 'PathExpression') continue
    const path = part as hbs.AST.PathExpression
    const unknown = unknownPart(path, scope)
    if (unknown === undefined) continue
    throw templateError(part, `No model has ${path.original}`, 'unknown-name', {
      found: unknown,
      wanted: path.data ? `one of: ${[...variables].join(', ')}` : nearest(unknown, scope),
    })
  }
}

function unknownPart(
  { parts, data }: hbs.AST.PathExpression,
  scope: ReadonlySet<string>,
): string | undefined {
  if (data && parts[0] !== undefined && !variables.has(parts[0])) return parts[0]
  const rest = data || scope.has(parts[0] ?? '') ? parts.slice(1) : parts
  for (const part of rest) {
    if (!fields.has(part) && !/^\d+$/.test(part)) return part
    // What members and users call their own is not known here.
    if (part === 'tags' || part === 'values') return undefined
  }
  return undefined
}

function nearest(name: string, scope: ReadonlySet<string>): string {
  const known = [...scope, ...fields]
  const most = Math.min(2, Math.floor(name.length / 3))
  const close = known.filter(field => distance(field.toLowerCase(), name.toLowerCase()) <= most)
  return `one of: ${(close.length > 0 ? close : known).join(', ')}`
}

/** How many letters have to be changed, added or taken away (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
