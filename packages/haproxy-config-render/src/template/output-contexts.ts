import { afterText, afterValue, isSame, meet, type OutputContext } from './output-context.js'
import { nameOf, templateError } from './template-source.js'

/**
 * Returns the context of the output for each node of a template. It holds
 * whichever branches are taken, and however often.
 *
 * @throws RenderError `invalid-template` if it depends on the branches.
 */
export function outputContexts(
  program: hbs.AST.Program,
  start: OutputContext,
): ReadonlyMap<hbs.AST.Node, OutputContext> {
  const contexts = new Map<hbs.AST.Node, OutputContext>()
  contextAfter(program, start, contexts)
  return contexts
}

/** Follows the output through a program, and records the context of each node. */
function contextAfter(
  program: hbs.AST.Program,
  before: OutputContext,
  contexts: Map<hbs.AST.Node, OutputContext>,
): OutputContext {
  let context = before
  for (const node of program.body) {
    contexts.set(node, context)
    if (node.type === 'ContentStatement') {
      context = afterText(context, (node as hbs.AST.ContentStatement).value)
    } else if (node.type === 'MustacheStatement') {
      context = afterValue(context)
    } else if (node.type === 'BlockStatement') {
      context = afterBlock(node as hbs.AST.BlockStatement, context, contexts)
    }
  }
  return context
}

/**
 * Returns the context after a block. A block prints one branch, the other, or
 * repeats one of them; the context holds in each case.
 */
function afterBlock(
  block: hbs.AST.BlockStatement,
  before: OutputContext,
  contexts: Map<hbs.AST.Node, OutputContext>,
): OutputContext {
  const together = (a: OutputContext, b: OutputContext): OutputContext => {
    const both = meet(a, b)
    if (both) return both
    throw templateError(
      block,
      'A block ends inside quotes, parentheses or a comment, or out of them',
      'invalid-template',
      {
        expected: 'each branch to end as it began',
      },
    )
  }
  const inverse = block.inverse as hbs.AST.Program | undefined
  const otherwise = inverse ? contextAfter(inverse, before, contexts) : before
  let start = before
  for (;;) {
    const end = contextAfter(block.program, start, contexts)
    if (nameOf(block.path) !== 'each') return together(end, otherwise)
    const again = together(start, end)
    if (isSame(again, start)) return together(again, otherwise)
    start = again
  }
}
