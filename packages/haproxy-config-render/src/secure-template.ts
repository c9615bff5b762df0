import Handlebars from 'handlebars'
import { RenderError, type TemplatePlace } from './render-error.js'

type Node = hbs.AST.Node

/** Name of the helper that every printed value is led through. */
export const wordHelper = 'haproxy-word'

/** The helpers that a template may call, and whether what they return is already safe to print. */
export type HelperTable = ReadonlyMap<string, { readonly printsSafely: boolean }>

/**
 * Rewrites a parsed template so that nothing reaches the output unescaped:
 * `{{value}}` becomes `{{haproxy-word value}}`, and raw output (`{{{value}}}`,
 * `{{&value}}`) and unknown helpers are refused.
 */
export function secureTemplate(
  program: hbs.AST.Program,
  template: string,
  helpers: HelperTable,
): void {
  const placeOf = (node: Node): TemplatePlace => ({
    template,
    line: node.loc.start.line,
    column: node.loc.start.column,
  })

  const checkHelper = (node: hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression) => {
    const name = (node.path as hbs.AST.PathExpression).original
    const isCall = node.params.length > 0 || node.hash !== undefined || node.type !== 'MustacheStatement'
    if (!isCall || helpers.has(name)) return
    const wanted = [...helpers.keys()].filter(helper => helper !== wordHelper).join(', ')
    throw new RenderError('unknown-helper', `There is no helper ${name}, wanted one of: ${wanted}`, {
      place: placeOf(node),
    })
  }

  class Securing extends Handlebars.Visitor {
    override MustacheStatement(node: hbs.AST.MustacheStatement): void {
      if (!node.escaped) {
        throw new RenderError(
          'raw-output',
          'Raw output is refused: a value could add lines to the configuration; use two braces',
          { place: placeOf(node) },
        )
      }
      checkHelper(node)
      super.MustacheStatement(node)
      const path = node.path as hbs.AST.PathExpression
      const isCall = node.params.length > 0 || node.hash !== undefined
      const helper = helpers.get(path.original)
      if (helper?.printsSafely) {
        node.params.push(number(node, node.loc.start.column))
        return
      }
      const printed = isCall || helper ? subExpression(node) : path
      const { line, column } = node.loc.start
      node.params = [printed, text(node, path.original), number(node, line), number(node, column)]
      node.path = { ...path, original: wordHelper, parts: [wordHelper], depth: 0, data: false }
      Object.assign(node, { hash: undefined })
    }

    override BlockStatement(node: hbs.AST.BlockStatement): void {
      checkHelper(node)
      super.BlockStatement(node)
    }

    override SubExpression(node: hbs.AST.SubExpression): void {
      checkHelper(node)
      super.SubExpression(node)
    }

    override PartialStatement(node: hbs.AST.PartialStatement): void {
      throw new RenderError('invalid-template', 'Partials are not supported here', { place: placeOf(node) })
    }

    override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
      throw new RenderError('invalid-template', 'Partials are not supported here', { place: placeOf(node) })
    }

    override DecoratorBlock(node: hbs.AST.DecoratorBlock): void {
      throw new RenderError('invalid-template', 'Decorators are not supported', { place: placeOf(node) })
    }

    override Decorator(node: hbs.AST.Decorator): void {
      throw new RenderError('invalid-template', 'Decorators are not supported', { place: placeOf(node) })
    }
  }
  new Securing().accept(program)
}

function number({ loc }: Node, value: number): hbs.AST.NumberLiteral {
  return { type: 'NumberLiteral', value, original: value, loc }
}

function text({ loc }: Node, value: string): hbs.AST.StringLiteral {
  return { type: 'StringLiteral', value, original: value, loc }
}

function subExpression({ path, params, hash, loc }: hbs.AST.MustacheStatement): hbs.AST.SubExpression {
  return { type: 'SubExpression', path: path as hbs.AST.PathExpression, params, hash, loc }
}
