import Handlebars from 'handlebars'
import { tagNameField } from '../model/model-fields.js'
import { modelFieldNames } from '../model/model-field-names.js'
import { nearestNames } from '../nearest-names.js'
import { templateError } from './template-source.js'
import type { Address, TemplateView } from './template-view.js'

/** Names that only the template's view of a model has. */
const viewFields: readonly (keyof TemplateView | keyof Address)[] = ['addresses', 'host', 'ip']

/** Every name that a template may follow into the model; lists also have their length. */
const fields: ReadonlySet<string> = new Set([...modelFieldNames, ...viewFields, 'length'])

/** Handlebars' own variables, written with `@`. */
const variables: ReadonlySet<string> = new Set(['root', 'index', 'key', 'first', 'last'])

/** Returns the names in a block, with its own parameters: `{{#each pools as |pool|}}`. */
export function namesInScope(
  program: hbs.AST.Program,
  scope: ReadonlySet<string>,
): ReadonlySet<string> {
  const { blockParams } = program as { blockParams?: readonly string[] }
  return blockParams ? new Set([...scope, ...blockParams]) : scope
}

/** Returns whether an expression reads only from the item that it stands in. */
export function isOwn(node: hbs.AST.Expression, scope: ReadonlySet<string>): boolean {
  if (node.type === 'SubExpression') {
    return (node as hbs.AST.SubExpression).params.every(one => isOwn(one, scope))
  }
  if (node.type !== 'PathExpression') return true
  const { depth, data, parts } = node as hbs.AST.PathExpression
  return depth === 0 && !data && !scope.has(parts[0] ?? '')
}

/** Returns the words of a template's expressions that may be names of tags. */
export function tagNamesIn(program: hbs.AST.Program): string[] {
  const words = new Set<string>()
  const collect = new Handlebars.Visitor()
  collect.StringLiteral = ({ value }) => void words.add(value)
  collect.PathExpression = ({ parts }) => {
    for (const part of parts) words.add(part)
  }
  collect.accept(program)
  return [...words].filter(word => tagNameField.safeParse(word).success)
}

/**
 * Refuses names that no part of any model has, in a statement and in the
 * expressions inside it. A known name may still be missing at its place in a
 * model; then the rendering fails.
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
      got: unknown,
      expected: path.data ? `one of: ${[...variables].join(', ')}` : nearest(unknown, scope),
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
    // Tags and values have names that members and users choose.
    if (part === 'tags' || part === 'values') return undefined
  }
  return undefined
}

function nearest(name: string, scope: ReadonlySet<string>): string {
  const known = [...scope, ...fields]
  const close = nearestNames(name, known)
  return `one of: ${(close.length > 0 ? close : known).join(', ')}`
}
