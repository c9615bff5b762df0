import Handlebars from 'handlebars'
import { RenderError, type RenderErrorCode } from './render-error.js'

type Node = hbs.AST.Node
type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression

/** Name of the helper that every printed value is led through; no template may call it. */
export const wordHelper = 'haproxy-word'

/** How a helper is called. */
export interface HelperUse {
  /** A block; a value, which is printed as one word; or lines that are safe as they are. */
  readonly kind: 'block' | 'value' | 'lines'
  /** How many parameters it takes. */
  readonly parameters: number
}

/** The helpers that a template may call. */
export type HelperTable = ReadonlyMap<string, HelperUse>

/**
 * Rewrites a parsed template so that nothing reaches the output unescaped:
 * `{{value}}` becomes `{{haproxy-word value}}`, and raw output (`{{{value}}}`,
 * `{{&value}}`), unknown helpers and helpers in the wrong place are refused.
 */
export function secureTemplate(
  program: hbs.AST.Program,
  template: string,
  helpers: HelperTable,
): void {
  new Securing(template, helpers).accept(program)
}

class Securing extends Handlebars.Visitor {
  readonly #template: string
  readonly #helpers: HelperTable

  constructor(template: string, helpers: HelperTable) {
    super()
    this.#template = template
    this.#helpers = helpers
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    if (!node.escaped) {
      const why = 'a value could add lines to the configuration; use two braces'
      this.#refuse(node, 'raw-output', `Raw output is refused: ${why}`)
    }
    const helper = this.#helperOf(node, ['value', 'lines'])
    super.MustacheStatement(node)
    const { line, column } = node.loc.start
    const place = [number(node, line), number(node, column)]
    if (helper?.kind === 'lines') {
      node.params.push(...place)
      return
    }
    const printed = helper ? { ...node, type: 'SubExpression' } : node.path
    node.params = [printed, text(node, nameOf(node.path)), ...place]
    node.path = pathOf(wordHelper, node)
  }

  // A block prints what its helper returns as it is, so no other helper may stand there.
  override BlockStatement(node: hbs.AST.BlockStatement): void {
    this.#helperOf(node, ['block'])
    super.BlockStatement(node)
  }

  override SubExpression(node: hbs.AST.SubExpression): void {
    this.#helperOf(node, ['value'])
    super.SubExpression(node)
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    this.#refuse(node, 'invalid-template', 'Partials are not supported')
  }

  override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
    this.#refuse(node, 'invalid-template', 'Partials are not supported')
  }

  override DecoratorBlock(node: hbs.AST.DecoratorBlock): void {
    this.#refuse(node, 'invalid-template', 'Decorators are not supported')
  }

  override Decorator(node: hbs.AST.Decorator): void {
    this.#refuse(node, 'invalid-template', 'Decorators are not supported')
  }

  /** The helper that a node calls; nothing where it only names a value. */
  #helperOf(node: Call, allowed: readonly HelperUse['kind'][]): HelperUse | undefined {
    const name = nameOf(node.path)
    const helper = this.#helpers.get(name)
    if (!helper) {
      const isCall = node.params.length > 0 || node.hash || node.type !== 'MustacheStatement'
      if (!isCall) return undefined
      const wanted = [...this.#helpers.keys()].join(', ')
      return this.#refuse(
        node,
        'unknown-helper',
        `There is no helper ${name}, wanted one of: ${wanted}`,
      )
    }
    const { length } = node.params
    const fault = !allowed.includes(helper.kind)
      ? 'cannot stand here'
      : length !== helper.parameters && `has ${length} parameters`
    if (fault)
      this.#refuse(node, 'invalid-template', `${name} ${fault}, wanted ${usage(name, helper)}`)
    return helper
  }

  #refuse({ loc }: Node, code: RenderErrorCode, message: string): never {
    const { line, column } = loc.start
    throw new RenderError(code, message, { place: { template: this.#template, line, column } })
  }
}

/** What a template calls a value or a helper; a literal may be no text. */
function nameOf(path: Node & { readonly original?: unknown }): string {
  return String(path.original)
}

/** How a helper is written. */
function usage(name: string, { kind, parameters }: HelperUse): string {
  const words = [name, ...Array.from({ length: parameters }, (_, i) => `value${i + 1}`)].join(' ')
  return kind === 'block' ? `{{#${words}}} … {{/${name}}}` : `{{${words}}}`
}

function number({ loc }: Node, value: number): hbs.AST.NumberLiteral {
  return { type: 'NumberLiteral', value, original: value, loc }
}

function text({ loc }: Node, value: string): hbs.AST.StringLiteral {
  return { type: 'StringLiteral', value, original: value, loc }
}

function pathOf(name: string, { loc }: Node): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc }
}
