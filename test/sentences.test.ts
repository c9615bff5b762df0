import t from 'tap'
import { documents, proseIn, proseOf, type Sentence } from './prose.js'

/** Words of a sentence: the most that any may have, and the number from which it is long. */
const mostWords = 40
const longWords = 25
/** Share of the sentences of one document that may be long. */
const mostLong = 0.05

/** Persons in place of members and servers, and words that the field does not use; not in code marks. */
const banned =
  /(?<!•)\b(?:who|whom|whoever|somebody|someone|nobody|everybody|everyone|anybody|amid|besides?|mend(?:s|ed)?|tell(?:s|ing)? of|told of|heard|seldom|likelier|anew|for ever)\b/i

const all = documents.map(proseOf)

t.test('no sentence of a document is too long to be read once', async t => {
  t.ok(all.length > 60, `${all.length} documents`)
  const tooLong = all.flatMap(({ sentences }) => sentences.filter(({ words }) => words > mostWords))
  t.strictSame(tooLong.map(listed), [], `at most ${mostWords} words; divide the sentence`)
})

t.test('at most one sentence in twenty of a document is long', async t => {
  for (const { file, sentences } of all) {
    const long = sentences.filter(({ words }) => words > longWords)
    const share = `${file}: ${long.length} of ${sentences.length} sentences have more than ${longWords} words`
    t.ok(long.length <= mostLong * sentences.length, [share, ...long.map(listed)].join('\n'))
  }
})

t.test('the documents speak of things, in the words of the field', async t => {
  const found = all
    .flatMap(({ sentences, headings, cells }) => [...sentences, ...headings, ...cells])
    .filter(({ text }) => banned.test(text))
  t.strictSame(found.map(listed), [], 'see the habits in CONTRIBUTING.md')
})

t.test('a sentence ends at its mark, and has its line and its words', async t => {
  const { sentences, headings, cells } = proseIn(
    'a.md',
    `# A title

One two, e.g. \`three. four\` [five](six.md "seven"). It has
a line. \`agent\` begins one; so does
[a link](there.md). 2.6 is no end.

- Item: **bold.** Last

| head |
| ---- |
| cell |

\`\`\`
code. Code.
\`\`\`
`,
  )
  t.strictSame(
    sentences.map(({ place, words }) => [place, words]),
    [
      ['a.md:3', 5],
      ['a.md:3', 4],
      ['a.md:4', 7],
      ['a.md:5', 4],
      ['a.md:7', 2],
      ['a.md:7', 1],
    ],
  )
  t.strictSame(
    [...headings, ...cells].map(({ text }) => text),
    ['A title', 'head', 'cell'],
  )
})

function listed({ place, words, text }: Sentence): string {
  return `${place} ${words} words: ${text}`
}
