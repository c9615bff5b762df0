import * as fc from 'fast-check'
import t from 'tap'
import { nameExpression } from '../../src/reads/name-expression.js'

/** Returns true if Serf's whole match of the expression accepts the name. */
function matches(expression: string, name: string): boolean {
  return new RegExp(`^${expression}$`, 'u').test(name)
}

const hostile = fc.string({
  unit: fc.constantFrom(...String.raw`\.+*?()|[]{}^$ab-"'/`.split(''), '\n', '\0', 'é'),
})
const name = fc.oneof(fc.string({ unit: 'binary' }), hostile)

t.test('an expression matches its names and no others', async () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), name, (names, other) => {
      const expression = nameExpression(names)
      if (names.includes('\uFFFD') || other.includes('\uFFFD')) return true
      return (
        names.every(each => matches(expression, each)) &&
        matches(expression, other) === names.includes(other)
      )
    }),
  )
})

t.test('names that look like expressions are quoted', async t => {
  t.equal(nameExpression(['web-1', 'a|b', '.*']), String.raw`(?:web-1|a\|b|\.\*)`)
  t.equal(nameExpression(['']), '(?:)', 'an empty expression would be no filter')
})

t.test('a replaced character stands for one or more invalid bytes', async t => {
  t.equal(nameExpression(['a\uFFFD\uFFFDb']), '(?:a\uFFFD+b)')
})
