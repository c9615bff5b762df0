import t from 'tap'
import { shortened, wrapped } from '../src/fitted-text.js'

t.test('a text that is too wide is cut and ends with a mark', async t => {
  t.equal(shortened('web-1', 5), 'web-1')
  t.equal(shortened('web-11', 5), 'web-…')
  t.equal(shortened('日本語', 4), '日…', 'characters count with their width')
})

t.test('a sentence is wrapped between words', async t => {
  t.same(wrapped('one two three', 8), ['one two', 'three'])
  t.same(wrapped('one two', 7), ['one two'])
  t.same(wrapped('', 8), [''])
})

t.test('a word that is longer than a line is broken', async t => {
  t.same(wrapped('a 0123456789 b', 4), ['a', '0123', '4567', '89 b'])
  t.same(wrapped('日本語', 4), ['日本', '語'])
  t.same(wrapped('日', 1), ['日'], 'a line has at least one character')
})
