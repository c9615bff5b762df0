import t from 'tap'
import { possibleConfigurations } from '../src/possible-configurations.js'

/** The possible texts, each as the words that are left, sorted. */
const readings = (...lines: readonly string[]) =>
  possibleConfigurations(lines.join('\n'))
    .map(text => text.split('\n').filter(Boolean).join(' '))
    .toSorted()

t.test('a text without conditions is the only one', async t => {
  t.same(possibleConfigurations('global\n  maxconn 1\n'), ['global\n  maxconn 1\n'])
})

t.test('each branch of a block may be in force, and none of them without .else', async t => {
  const open = ['a', '.if feature(X)', 'b', '.elif defined(Y)', 'c', '.endif', 'd']
  t.same(readings(...open), ['a b d', 'a c d', 'a d'])
  t.same(readings('.if feature(X)', 'b', '.else', 'c', '.endif'), ['b', 'c'])
})

t.test('numbers and empty conditions are certain', async t => {
  const block = (condition: string) =>
    readings(`.if ${condition}`, 'yes', '.else', 'no', '.endif').join(' or ')
  for (const condition of ['1', '-1', '2', '01', '!0', '"1"']) t.equal(block(condition), 'yes')
  for (const condition of ['0', '', '!1', '!!0', '"0"']) t.equal(block(condition), 'no')
  for (const condition of ['version_atleast(9.9)', '1 && 0', 'defined(A)']) {
    t.equal(block(condition), 'no or yes')
  }
  t.same(readings('.if feature(X)', 'a', '.elif 1', 'b', '.else', 'c', '.endif'), ['a', 'b'])
})

t.test('blocks may be inside others, and each is decided on its own', async t => {
  const nested = ['.if feature(X)', 'a', '.if feature(Y)', 'b', '.endif', '.endif']
  t.same([...new Set(readings(...nested))], ['', 'a', 'a b'])
  t.equal(readings('.if x(1)', 'a', '.endif', '.if x(2)', 'b', '.endif').length, 4)
})

t.test('line numbers stay', async t => {
  for (const text of possibleConfigurations('global\n.if x(1)\n maxconn 1\n.endif\ndefaults\n')) {
    t.equal(text.split('\n').indexOf('defaults'), 4)
  }
})

t.test('many blocks are varied one at a time', async t => {
  const lines = Array.from({ length: 20 }, (_, i) => [`.if x(${i})`, `a${i}`, '.endif'])
  const found = readings(...lines.flat())
  t.ok(found.length < 100, `${found.length} readings`)
  const all = Array.from({ length: 20 }, (_, i) => `a${i}`)
  t.ok(found.includes(''))
  t.ok(found.includes(all.join(' ')))
  for (const one of all) t.ok(found.includes(one), one)
})

t.test('a block that is never closed and an .endif without block are read', async t => {
  t.same(readings('.endif', 'a', '.if 1', 'b'), ['a b'])
})

t.test('many empty lines take the time of their number', async t => {
  // With its square this would take longer than a test may.
  const text = '\n'.repeat(500_000)
  t.same(possibleConfigurations(text), [text])
})
