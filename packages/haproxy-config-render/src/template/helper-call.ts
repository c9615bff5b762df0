import { templateHelpers, type HelperUse } from './template-helpers.js'
import { nameOf, templateError } from './template-source.js'

/** A node of a template that may call a helper. */
export type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression

/** Returns the helper that a node calls; undefined if it only names a value. */
export function helperOf(node: Call, allowed: readonly HelperUse['kind'][]): HelperUse | undefined {
  const name = nameOf(node.path)
  const helper = templateHelpers.get(name)
  if (!helper) {
    const isCall = node.params.length > 0 || node.hash || node.type !== 'MustacheStatement'
    if (!isCall) return undefined
    throw templateError(node, `There is no helper ${name}`, 'unknown-helper', {
      expected: `one of: ${[...templateHelpers.keys()].join(', ')}`,
    })
  }
  const { length } = node.params
  const [least, most] = helper.parameters
  const problem = !allowed.includes(helper.kind)
    ? 'cannot stand here'
    : node.hash
      ? 'takes no name=value'
      : (length < least || length > most) && `has ${length} parameter${length === 1 ? '' : 's'}`
  if (problem) {
    throw templateError(node, `${name} ${problem}`, 'invalid-template', {
      expected: usage(name, helper),
    })
  }
  return helper
}

/** Returns the syntax of a helper. */
function usage(name: string, { kind, parameters: [least] }: HelperUse): string {
  const words = [name, ...Array.from({ length: least }, (_, i) => `value${i + 1}`)].join(' ')
  return kind === 'block' ? `{{#${words}}} … {{/${name}}}` : `{{${words}}}`
}
