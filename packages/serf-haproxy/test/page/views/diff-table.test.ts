import t from 'tap'
import { diffElement } from '../../../src/page/views/diff-table.js'
import { fakeDocument, fakeOf } from '../fake-document.js'

t.test('a client without the token is told how to see the difference', async t => {
  fakeDocument(t)
  t.match(fakeOf(diffElement(undefined)).textContent, /shown after Unlock/)
})

t.test('a long difference is cut, with the number of its other lines', async t => {
  fakeDocument(t)
  const added = Array.from({ length: 3000 }, (_, i) => `+line ${i}\n`).join('')
  const text = fakeOf(diffElement(`--- a\n+++ b\n@@ -0,0 +1,3000 @@\n${added}`)).textContent
  t.match(text, 'line 100')
  t.notMatch(text, 'line 300')
  t.match(text, '2,803 more lines')
})

t.test('an equal text has no difference', async t => {
  fakeDocument(t)
  t.equal(fakeOf(diffElement('')).textContent, 'The text is the same.')
})
