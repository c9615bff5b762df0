import * as fc from 'fast-check'
import t from 'tap'
import {
  displayedJson,
  displayedLines,
  displayedText,
  printableName,
  printableText,
} from '../src/printable-name.js'

/** Controls, bidirectional controls, separators, zero-width characters and half pairs. */
const hostile = [
  '\u0000',
  '\u0007',
  '\u001b',
  '\u007f',
  '\u0080',
  '\u0085',
  '\u009b',
  '\u009f',
  '\u200e',
  '\u200f',
  '\u061c',
  '\u202a',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u2028',
  '\u2029',
  '\u200b',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u3164',
  '\ud800',
  '\udfff',
  '\u{e0041}',
  '\ufe0f',
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 3 })))
  .map(parts => parts.join(''))

const isSafe = (shown: string) =>
  !/[\p{C}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u.test(shown)

t.test('a plain name is printed as it is', async t => {
  t.equal(printableName('web-1.example ü 日本 😀'), 'web-1.example ü 日本 😀')
})

t.test('what a terminal interprets is escaped', async t => {
  t.equal(printableName('a\u001B[31mb\u202Ec\n\u0000'), 'a\\u{1b}[31mb\\u{202e}c\\u{a}\\u{0}')
  for (const character of hostile) {
    t.notOk(displayedText(character).includes(character))
    t.ok(isSafe(printableText(`a${character}b`)))
  }
})

t.test('a long name is cut, never inside a pair or an escape', async t => {
  t.equal(printableName('x'.repeat(65)), 'x'.repeat(64))
  t.equal(printableName(`${'x'.repeat(63)}😀`), 'x'.repeat(63))
  t.equal(printableName(`${'x'.repeat(60)}\u202e`), 'x'.repeat(60))
})

t.test('a text is printed on one line', async t => {
  t.equal(printableText('one\r\ntwo\u2028three\u0007'), 'one  two three\\u{7}')
  t.equal(printableText('x'.repeat(301)).length, 300)
})

t.test('several lines keep their breaks', async t => {
  t.equal(displayedLines('a\n\tb\u202e\r\n'), 'a\n\tb\\u{202e}\\u{d}\n')
})

t.test('whatever the text, nothing in it is interpreted, and JSON says the same', async t => {
  fc.assert(
    fc.property(text, value => {
      const name = printableName(value)
      const json = displayedJson(JSON.stringify({ [value]: value }))
      return (
        isSafe(name) &&
        name.length <= 64 &&
        isSafe(printableText(value)) &&
        isSafe(displayedText(value)) &&
        isSafe(displayedLines(value).replaceAll(/[\n\t]/g, '')) &&
        isSafe(json) &&
        (JSON.parse(json) as Record<string, string>)[value] === value
      )
    }),
  )
  t.pass('for all of them')
})
