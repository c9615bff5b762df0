import * as fc from 'fast-check'
import t from 'tap'
import { splitLine, splitWords } from '../src/split-words.js'

const lines: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'words are split at white space': [
    '  server\ts1  192.0.2.1:80 ',
    ['server', 's1', '192.0.2.1:80'],
  ],
  'an empty line has no words': ['', []],
  'a comment ends the line': ['bind :80 # public', ['bind', ':80']],
  'a # ends a word as well': ['bind :80#public', ['bind', ':80']],
  'a # in quotes is text': [`acl a path "/#" '#'`, ['acl', 'a', 'path', '/#', '#']],
  'an escaped # is text': [String.raw`acl a path /\#`, ['acl', 'a', 'path', '/#']],
  'quotes join words': [`log-format "%ci %r"`, ['log-format', '%ci %r']],
  'quotes may be part of a word': [`acl a path /a' 'b" "c`, ['acl', 'a', 'path', '/a b c']],
  'an empty word is kept': ['server s1 ""', ['server', 's1', '']],
  'an escaped space joins words': [String.raw`a\ b c`, ['a b', 'c']],
  'control characters have escapes': [String.raw`a\nb\rc\td`, ['a\nb\rc\td']],
  'two hexadecimal digits are a byte': [String.raw`a\x41\x2fb`, ['aA/b']],
  'other escapes stay as they are': [String.raw`^/\d+\.js`, [String.raw`^/\d+\.js`]],
  'an incomplete \\x stays as it is': [String.raw`a\x4`, [String.raw`a\x4`]],
  'double quotes know escapes': [String.raw`"a\"b\\c" d`, [String.raw`a"b\c`, 'd']],
  'double quotes know \\$': [String.raw`"\$HOME" \$HOME`, ['$HOME', String.raw`\$HOME`]],
  'single quotes know no escape': [String.raw`'a\' b`, ['a\\', 'b']],
  'an escaped quote begins no quotes': [String.raw`it\'s two`, [`it's`, 'two']],
  'variables are not expanded': ['bind "${ADDRESS}:80"', ['bind', '${ADDRESS}:80']],
  'a carriage return ends the line': ['bind :80\r', ['bind', ':80']],
  'a no-break space is part of a word': ['a\u00a0b', ['a\u00a0b']],
}

for (const [name, [line, words]] of Object.entries(lines)) {
  t.test(name, async t => t.same(splitWords(line), words))
}

t.test('a comment and an open quote are reported with their place', async t => {
  t.match(splitLine('a # b'), { commentAt: 2, openQuoteAt: undefined })
  t.match(splitLine(`a "b # c`), { words: ['a', 'b # c'], commentAt: undefined, openQuoteAt: 2 })
  t.match(splitLine(`a 'b' "`), { openQuoteAt: 6 })
})

t.test('the short way for plain lines gives the same words', async t => {
  const plain = fc.string({ unit: fc.constantFrom('a', '-', ' ', '\t', '\v', '$', '\u00a0', '%') })
  fc.assert(fc.property(plain, line => t.strictSame(splitWords(line), splitLine(line).words)))
})

t.test('any words in single quotes are read as they are', async t => {
  const word = fc.string({ unit: 'binary' }).filter(text => !/['\n\r\0]/.test(text))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), words => {
      t.strictSame(splitWords(words.map(text => `'${text}'`).join(' ')), words)
    }),
  )
})
