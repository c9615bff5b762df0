import * as fc from 'fast-check'
import { splitWords } from 'haproxy-config-text'
import t from 'tap'
import {
  afterText,
  afterValue,
  lineStart,
  listEntry,
  meet,
} from '../../src/template/output-context.js'

/** Number of words that have begun. */
function wordsBegun(text: string): number {
  const { argument = Number.NaN, inWord } = afterText(lineStart, text)
  return argument + (inWord ? 1 : 0)
}

const character = fc.constantFrom(
  ...' |\t|\v|\f|\\|"|\'|#|$|a|b|(|)|{|}|x|2|3|n|r|t|\u00a0|\u2003|é'.split('|'),
)
const lines = fc.string({ unit: character, maxLength: 24 })

t.test('any line has as many words as haproxy-config-text finds in it', async t => {
  fc.assert(
    fc.property(lines, line => {
      t.equal(wordsBegun(line), splitWords(line).length, JSON.stringify(line))
    }),
    { numRuns: 5000 },
  )
})

t.test('a comment begins where it begins for haproxy-config-text', async t => {
  fc.assert(
    fc.property(lines, line => {
      for (let end = 1; end <= line.length; end++) {
        const begun = line.slice(0, end)
        if (begun.endsWith('\\')) continue
        const { quote } = afterText(lineStart, begun)
        const closed = quote === 'single' ? `${begun}'` : quote === 'double' ? `${begun}"` : begun
        // Behind a comment no word is added.
        const isComment = splitWords(`${closed} z`).length === splitWords(closed).length
        t.equal(quote === 'comment', isComment, JSON.stringify(begun))
      }
    }),
    { numRuns: 2000 },
  )
})

t.test('a backslash before the end of a line does not join two lines', async t => {
  t.strictSame(afterText(lineStart, 'description a\\\n'), lineStart)
})

t.test('a value is part of a word, but not of a comment or a list', async t => {
  t.equal(afterValue(afterText(lineStart, 'bind ')).inWord, true)
  const comment = afterText(lineStart, '# ')
  t.equal(afterValue(comment), comment)
  t.equal(afterValue(listEntry), listEntry)
})

t.test('where branches meet only what both agree on is known', async t => {
  const [one, other] = [afterText(lineStart, 'bind a '), afterText(lineStart, 'server a b ')]
  t.match(meet(one, other), { keyword: undefined, argument: undefined, quote: 'none' })
  t.equal(meet(one, afterText(lineStart, 'bind "')), undefined)
  t.equal(meet(one, afterText(lineStart, 'bind a(')), undefined)
  t.strictSame(meet(one, one), one)
})
