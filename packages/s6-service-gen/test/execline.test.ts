import t from 'tap'
import { parseExecline, quoteExecline } from '../src/execline.js'

const words = (text: string) => {
  const parsed = parseExecline(text)
  return 'error' in parsed ? parsed.error : parsed.words
}

t.test('blanks separate words, quotes and backslashes join them', async t => {
  t.same(words('foo  bar\tbaz\n'), ['foo', 'bar', 'baz'])
  t.same(words('"a b" c\\ d "e"f'), ['a b', 'c d', 'ef'])
  t.same(words('""'), [''])
})

t.test('a backslash behind a blank may end the text, and joins lines anywhere', async t => {
  t.same(words('a \\'), ['a'])
  t.same(words('\\'), [])
  t.same(words('a \\\nb'), ['a', 'b'])
  t.same(words('a\\'), 'unfinished word or quotation')
})

t.test('a # begins a comment only at the beginning of a word', async t => {
  t.same(words('a # b\nc'), ['a', 'c'])
  t.same(words('a#b'), ['a#b'])
})

t.test('numbers and letters behind a backslash are characters within quotes', async t => {
  t.same(words('"\\n\\t\\0x41\\066\\65"'), ['\n\tA6A'])
  t.equal(words('"\\0x0"'), 'wrong escape in "\\0x0"')
})

t.test('words of a block are marked by a blank, its end by an empty word', async t => {
  t.same(words('if { test -e x } echo'), ['if', ' test', ' -e', ' x', '', 'echo'])
  t.same(words('a { b { c } }'), ['a', ' b', '  c', ' ', ''])
})

t.test('a text that execlineb rejects has the reason', async t => {
  t.equal(words('a {'), 'unmatched {')
  t.equal(words('a }'), 'unmatched }')
  t.equal(words('a "b'), 'unfinished word or quotation')
})

t.test('each word has its line, and whether it is quoted', async t => {
  const parsed = parseExecline('foreground { a\nb }\n"c\nc" d \\\n\ne')
  t.match(parsed, {
    words: ['foreground', ' a', ' b', '', 'c\nc', 'd', 'e'],
    places: [0, 0, 1, 1, 2, 2, 3].map((line, index) => ({ line, isQuoted: index === 4 })),
  })
})

t.test('a quoted word is read back as it was', async t => {
  for (const text of ['', 'a b', '"', '\\', '#x', '{', 'line\nbreak']) {
    t.same(words(quoteExecline(text)), [text], JSON.stringify(text))
  }
})
