import Handlebars from 'handlebars'
import type { Partials } from './partials.js'
import { RenderError, type SourcePlace } from '../render-error.js'

const deepestPartial = 16

// oxlint-disable-next-line no-control-regex -- marks are made of such characters
const unwanted = /[\u0000-\u0008\u000b-\u001f\u007f]/

/** Some editors write it at the head of a file; HAProxy would read it as part of a keyword. */
const byteOrderMark = /^\ufeff/

/**
 * Parses a template and inlines its partials, so that one tree holds everything
 * that is printed, and each node knows its file.
 *
 * @throws RenderError `invalid-template`.
 */
export function parseTemplate(source: string, file: string, partials: Partials): hbs.AST.Program {
  // HAProxy rejects a configuration without a newline at its end.
  const whole = source.endsWith('\n') ? source : `${source}\n`
  return inlined(parse(whole, file, ''), partials, [file])
}

/** Returns the place of a node in its own file. */
export function placeOf({ loc }: hbs.AST.Node): SourcePlace {
  // A partial is parsed with its lines indented; its name then tells how far.
  const [file = '', shift = 0] = (loc.source ?? '').split('\0')
  const { line, column } = loc.start
  return { file, line, column: Math.max(0, column - Number(shift)) + 1 }
}

/** Returns the name of a value or helper; a literal may be a number. */
export function nameOf(path: hbs.AST.Node & { readonly original?: unknown }): string {
  return String(path.original)
}

/** Returns an error about a node of a template. */
export function templateError(
  node: hbs.AST.Node,
  message: string,
  code: 'invalid-template' | 'unknown-helper' | 'raw-output' | 'unknown-name' = 'invalid-template',
  facts: { got?: string; expected?: string } = {},
): RenderError {
  return new RenderError(code, message, { ...facts, place: placeOf(node) })
}

function parse(source: string, file: string, indent: string): hbs.AST.Program {
  const text = source.replace(byteOrderMark, '').replaceAll('\r\n', '\n')
  const control = text.search(unwanted)
  if (control >= 0) {
    const before = text.slice(0, control).split('\n')
    const place = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
    const got = JSON.stringify(text.charAt(control))
    throw new RenderError('invalid-template', 'The template has a control character', {
      place,
      got,
      expected: 'text',
    })
  }
  const indented = indent === '' ? text : text.replaceAll(/^(?=.)/gm, indent)
  try {
    return Handlebars.parse(indented, { srcName: `${file}\0${indent.length}` })
  } catch (cause) {
    throw templateFailure('The template has a syntax error', cause, file, text)
  }
}

/**
 * Returns an error of Handlebars with its place, which is at the beginning of
 * the text for errors of its parser and at the end for its own.
 */
export function templateFailure(
  what: string,
  cause: unknown,
  file: string,
  source = '',
): RenderError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const [, line] = /^(?:Parse|Lexical) error on line (\d+)/.exec(message) ?? []
  const [, ownLine, ownColumn] = / - (\d+):(\d+)$/.exec(message) ?? []
  // A block that is never closed is reported after the last line.
  const lastLine = source.trimEnd().split('\n').length
  const at = Number(line ?? ownLine ?? 1)
  const place = {
    file,
    line: source === '' ? at : Math.min(at, lastLine),
    column: Number(ownColumn ?? 0) + 1,
  }
  const lines = message.split('\n')
  const reason = lines.find(text => text.startsWith('Expecting')) ?? lines[0]
  return new RenderError('invalid-template', `${what}: ${reason}`, {
    place,
    cause,
  })
}

function inlined(
  program: hbs.AST.Program,
  partials: Partials,
  callers: readonly string[],
): hbs.AST.Program {
  const body = program.body.flatMap(node => {
    if (node.type === 'BlockStatement') {
      const block = node as hbs.AST.BlockStatement
      block.program = inlined(block.program, partials, callers)
      // Handlebars leaves it out where there is none, whatever its types say.
      if (block.inverse as unknown) block.inverse = inlined(block.inverse, partials, callers)
      return [block]
    }
    if (node.type !== 'PartialStatement') return [node]
    return partialBody(node as unknown as Partial, partials, callers)
  })
  return { ...program, body }
}

/** A partial with the white space before it, which Handlebars' types leave out. */
interface Partial extends Omit<hbs.AST.PartialStatement, 'name' | 'indent'> {
  readonly name: { readonly original?: string }
  readonly indent?: string
}

function partialBody(
  node: Partial,
  partials: Partials,
  callers: readonly string[],
): hbs.AST.Statement[] {
  const { name: path, params, indent = '' } = node
  const { original: name = '' } = path
  const source = Object.hasOwn(partials, name) ? partials[name] : undefined
  if (source === undefined) {
    const expected = Object.keys(partials).join(', ') || 'no partial, because none is given'
    throw templateError(node, 'There is no such partial', 'invalid-template', {
      got: name || 'an expression',
      expected,
    })
  }
  if ((node.hash as unknown) || params.length > 1) {
    throw templateError(node, `The partial ${name} takes a context and nothing else`)
  }
  if (callers.length > deepestPartial || callers.includes(name)) {
    throw templateError(node, `The partial ${name} calls itself: ${[...callers, name].join(' → ')}`)
  }
  const program = inlined(parse(source, name, indent), partials, [...callers, name])
  const [context] = params
  return context ? [withBlock(node, context, program)] : program.body
}

/** `{{#with context}}program{{/with}}`. */
function withBlock(
  { loc }: hbs.AST.Node,
  context: hbs.AST.Expression,
  program: hbs.AST.Program,
): hbs.AST.BlockStatement {
  const path = {
    type: 'PathExpression',
    data: false,
    depth: 0,
    parts: ['with'],
    original: 'with',
    loc,
  }
  const strip = { open: false, close: false }
  return {
    type: 'BlockStatement',
    path: path as hbs.AST.PathExpression,
    params: [context],
    program,
    openStrip: strip,
    inverseStrip: strip,
    closeStrip: strip,
    loc,
  } as unknown as hbs.AST.BlockStatement
}
