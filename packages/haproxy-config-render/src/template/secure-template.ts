import { outputContexts } from './output-contexts.js'
import { lineStart, type OutputContext } from './output-context.js'
import { mark } from '../output/assemble-output.js'
import type { SourcePlace } from '../render-error.js'
import { helperOf, type Call } from './helper-call.js'
import { isOwn, namesInScope, refuseUnknownNames, tagNamesIn } from './known-names.js'
import type { HelperUse } from './template-helpers.js'
import { nameOf, placeOf, templateError } from './template-source.js'

/** Name of the helper that prints every value; no template may call it. */
export const printHelper = 'haproxy-print'

/** A place of a template at which something is printed or a helper is called. */
export interface Site {
  readonly place: SourcePlace
  /** Its name in the template. */
  readonly name: string
  readonly context: OutputContext
  /** True if it reads only from the item that it stands in: no `../`, `@root` or block parameter. */
  readonly readsOwn: boolean
}

/** The sites of a template, and the words in it that may be names of tags. */
export interface SecuredTemplate {
  readonly sites: readonly Site[]
  readonly words: readonly string[]
}

/**
 * Rewrites a parsed template so that nothing reaches the output unescaped, and
 * returns the sites that its helpers are called with, by number:
 *
 * - `{{value}}` becomes `{{haproxy-print value SITE}}`; each site has the context
 *   of its value: word, quotes or comment;
 * - each piece of text that ends a line gets a mark with its origin.
 *
 * Raw output (`{{{value}}}`, `{{&value}}`), unknown helpers and names, and
 * values where HAProxy reads a keyword are refused.
 *
 * @param start - where the output begins: a line of a configuration or of a list
 */
export function secureTemplate(program: hbs.AST.Program, start: OutputContext): SecuredTemplate {
  const contexts = outputContexts(program, start)
  const words = tagNamesIn(program)
  const sites: Site[] = []
  rewrite(program, contexts, sites)
  return { sites, words }
}

function rewrite(
  program: hbs.AST.Program,
  contexts: ReadonlyMap<hbs.AST.Node, OutputContext>,
  sites: Site[],
  scope: ReadonlySet<string> = new Set(),
): void {
  for (const node of program.body) {
    const context = contexts.get(node) ?? lineStart
    if (node.type === 'ContentStatement') rewriteText(node as hbs.AST.ContentStatement, sites)
    else if (node.type === 'MustacheStatement') {
      rewriteMustache(node as hbs.AST.MustacheStatement, context, sites, scope)
    } else if (node.type === 'BlockStatement') {
      const block = node as hbs.AST.BlockStatement
      helperOf(block, ['block'])
      refuseUnknownNames(block, scope)
      for (const parameter of block.params) secureExpression(parameter, context, sites, scope)
      block.params.push(numberNode(block, addSite(block, context, sites, scope)))
      rewrite(block.program, contexts, sites, namesInScope(block.program, scope))
      if (block.inverse as unknown)
        rewrite(block.inverse, contexts, sites, namesInScope(block.inverse, scope))
    } else if (node.type !== 'CommentStatement') {
      throw templateError(
        node,
        node.type === 'PartialBlockStatement'
          ? 'Partial blocks are not supported'
          : 'Decorators are not supported',
      )
    }
  }
}

/** Marks text that ends a line; the mark refers to the line on which the text begins. */
function rewriteText(node: hbs.AST.ContentStatement, sites: Site[]): void {
  if (!node.value.includes('\n')) return
  // White space that Handlebars took away in front of it counts, too.
  // It is a text, whatever Handlebars' types say.
  const original = node.original as unknown as string
  const skipped = original.slice(0, original.indexOf(node.value)).split('\n').length - 1
  const place = placeOf(node)
  const from = { ...place, line: place.line + skipped }
  node.value =
    mark('text', sites.push({ place: from, name: '', context: lineStart, readsOwn: false }) - 1) +
    node.value
}

function rewriteMustache(
  node: hbs.AST.MustacheStatement,
  context: OutputContext,
  sites: Site[],
  scope: ReadonlySet<string>,
): void {
  if (!node.escaped) {
    throw templateError(node, 'Raw output is not allowed', 'raw-output', {
      got: 'three braces or &',
      expected: 'two braces: a value could add lines to the configuration',
    })
  }
  const helper = helperOf(node, ['value', 'text', 'lines'])
  refuseUnknownNames(node, scope)
  refuseWrongPlace(node, helper, context)
  for (const parameter of node.params) secureExpression(parameter, context, sites, scope)
  const site = numberNode(node, addSite(node, context, sites, scope))
  if (helper) node.params.push(site)
  if (helper && helper.kind !== 'value') return
  const printed = helper ? { ...node, type: 'SubExpression' } : node.path
  node.params = [printed, site]
  node.path = pathNode(node, printHelper)
}

function refuseWrongPlace(
  node: hbs.AST.MustacheStatement,
  helper: HelperUse | undefined,
  context: OutputContext,
): void {
  const { quote, mayBeKeyword, argument, inWord } = context
  if (helper?.kind === 'lines') {
    if (argument === 0 && !inWord && quote !== 'comment') return
    throw templateError(node, `${nameOf(node.path)} writes whole lines`, 'invalid-template', {
      expected: 'it to stand alone on its line',
    })
  }
  if (mayBeKeyword && quote !== 'comment') {
    throw templateError(node, 'A value stands where HAProxy reads a keyword', 'invalid-template', {
      got: nameOf(node.path),
      expected: 'a keyword that the template writes itself',
    })
  }
}

/** Adds the sites of helpers inside of helpers. */
function secureExpression(
  node: hbs.AST.Expression,
  context: OutputContext,
  sites: Site[],
  scope: ReadonlySet<string>,
): void {
  if (node.type !== 'SubExpression') return
  const call = node as hbs.AST.SubExpression
  helperOf(call, ['value'])
  for (const parameter of call.params) secureExpression(parameter, context, sites, scope)
  call.params.push(numberNode(call, addSite(call, context, sites, scope)))
}

function addSite(
  node: Call,
  context: OutputContext,
  sites: Site[],
  scope: ReadonlySet<string>,
): number {
  const read = node.params.length > 0 ? node.params : [node.path]
  const readsOwn = read.every(one => isOwn(one, scope))
  return sites.push({ place: placeOf(node), name: nameOf(node.path), context, readsOwn }) - 1
}

function numberNode({ loc }: hbs.AST.Node, value: number): hbs.AST.NumberLiteral {
  return { type: 'NumberLiteral', value, original: value, loc }
}

function pathNode({ loc }: hbs.AST.Node, name: string): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc }
}
