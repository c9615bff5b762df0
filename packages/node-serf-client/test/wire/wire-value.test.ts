import t from 'tap'
import {
  describeValue,
  expectList,
  expectMap,
  expectNumber,
  expectText,
  expectTexts,
  isRecord,
  textOf,
  withTexts,
} from '../../src/wire/wire-value.js'
import { received } from '../wire-objects.js'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text))

t.test('only a map is a record', async t => {
  t.ok(isRecord({}))
  for (const value of [null, undefined, [], 'text', 7, new Uint8Array()]) t.notOk(isRecord(value))
})

t.test('a text is read from bytes only, and invalid bytes become U+FFFD', async t => {
  t.equal(textOf(bytes('ü')), 'ü')
  t.equal(textOf(Uint8Array.of(0x73, 0xff)), 's\ufffd')
  t.equal(textOf('text'), undefined)
  t.equal(textOf(7), undefined)
})

t.test('each expected kind accepts its own values', async t => {
  t.equal(expectText(bytes('a'), 'Name'), 'a')
  t.equal(expectNumber(7, 'Port'), 7)
  t.same(expectMap({ a: 1 }, 'Tags'), { a: 1 })
  t.same(expectList([1], 'Members'), [1])
  t.same(expectTexts(received({ a: 'b' }), 'tag'), { a: 'b' })
})

t.test('nil is an empty map and an empty list', async t => {
  t.same(expectMap(null, 'Tags'), {})
  t.same(expectTexts(null, 'tag'), {})
  t.same(expectList(null, 'Members'), [])
})

t.test('another value is a protocol error that names the field and both values', async t => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => expectText(7, 'Name'), 'expected a text in Name, got 7'],
    [() => expectNumber(bytes('7'), 'Port'), "expected a number in Port, got '7'"],
    [() => expectMap([], 'Tags'), 'expected a map in Tags, got []'],
    [() => expectList({}, 'Members'), 'expected a list in Members, got {}'],
    [() => expectTexts({ a: 1 }, 'tag'), 'expected a text in tag "a", got 1'],
  ]
  for (const [read, problem] of cases) {
    t.throws(read, {
      name: 'SerfError',
      code: 'protocol',
      message: `Cannot read the Serf agent's data: ${problem}`,
    })
  }
})

t.test('the description of a value is short and on one line', async t => {
  t.equal(describeValue(bytes('a\nb')), String.raw`'a\nb'`)
  const large = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key ${i}`, bytes('x')]))
  for (const value of ['x'.repeat(10_000), large, Array.from({ length: 100 }, () => 1)]) {
    t.match(describeValue(value), /^.{1,200}$/)
  }
})

t.test('byte strings are converted to texts at every depth', async t => {
  const value = { a: [bytes('b'), { c: bytes('d') }], e: 1n, f: null }
  t.same(withTexts(value), { a: ['b', { c: 'd' }], e: 1n, f: null })
})
