import t from 'tap'
import ts from 'typescript'
import { exportedApi, type ApiEntry } from './exported-api.js'
import { thrownErrors } from './thrown-errors.js'

const { entries, checker } = exportedApi()

t.test('every export, and every member of one, has a doc comment', async t => {
  t.ok(entries.length > 1000, `${entries.length} things`)
  t.same(placesOf(entries.filter(entry => entry.text === '' && !isPlain(entry))), [])
})

t.test('the comments of durations and sizes name the unit', async t => {
  const units: readonly (readonly [RegExp, RegExp])[] = [
    [/Ms$/, /\bmilliseconds\b|\d ms\b/i],
    [/Seconds$/, /\bseconds\b/i],
    [/Bytes$/, /\bbytes\b|\bMiB\b/i],
  ]
  for (const [name, unit] of units) {
    const measured = entries.filter(entry => name.test(memberName(entry)) && !isPlain(entry))
    t.same(placesOf(measured.filter(entry => !unit.test(wholeText(entry)))), [])
  }
})

t.test('the comments of options state the default', async t => {
  const options = entries.filter(
    entry => entry.isOptional && !isPlain(entry) && optionTypes.test(interfaceName(entry)),
  )
  t.ok(options.length > 40, `${options.length} options`)
  t.same(placesOf(options.filter(entry => !hasTag(entry, 'defaultValue'))), [])
})

t.test('the comments of functions state the errors that they throw, with their codes', async t => {
  const throwing = entries.flatMap(entry => {
    const errors = neverThrowing.has(entry.name) ? [] : thrownErrors(entry.node, checker)
    return errors.length > 0 ? [{ entry, errors }] : []
  })
  t.ok(throwing.length > 10, `${throwing.length} functions`)
  const missing = throwing.flatMap(({ entry, errors }) => {
    const stated = entry.tags.filter(({ tag }) => tag === 'throws').map(({ text }) => text)
    return errors
      .filter(({ name, code }) => !stated.some(text => text.includes(name) && text.includes(code)))
      .map(({ name, code }) => `${entry.place} ${entry.name} throws ${name} ${code}`)
  })
  t.same(missing, [])
})

/** Functions that call a check of what they have made valid before. */
const neverThrowing: ReadonlySet<string> = new Set(['s6-service-gen importTree'])

/** Names of interfaces whose optional fields are settings with a default. */
const optionTypes = /(?:Options|Settings|Filter|Timing|Sources|Deps|TagChange)$/

/**
 * Returns true for a member that its name explains: the kind of a union, the name of an
 * error's class, and what is in a type on one line, which has a comment as a whole.
 */
function isPlain({ node, name }: ApiEntry): boolean {
  if (name.endsWith('Error.name')) return true
  if (ts.isPropertySignature(node) && node.type && ts.isLiteralTypeNode(node.type)) return true
  if (!ts.isTypeLiteralNode(node.parent)) return false
  const source = node.getSourceFile()
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line
  return lineOf(node.parent.getStart()) === lineOf(node.parent.getEnd())
}

function placesOf(some: readonly ApiEntry[]): string[] {
  return some.map(({ place, name }) => `${place} ${name}`)
}

function memberName({ name }: ApiEntry): string {
  return name.split(/[ .]/).at(-1) ?? ''
}

function interfaceName({ node }: ApiEntry): string {
  const parent = ts.findAncestor(node, ts.isInterfaceDeclaration)
  return parent?.name.text ?? ''
}

function wholeText({ text, tags }: ApiEntry): string {
  return [text, ...tags.map(tag => tag.text)].join(' ')
}

function hasTag({ tags }: ApiEntry, name: string): boolean {
  return tags.some(({ tag }) => tag === name)
}
