import t from 'tap'
import { shownJson, shownText } from '../src/shown-text.js'

t.test('characters that a terminal obeys are escapes', async t => {
  t.equal(shownText('a\u001B[31mb\u202Ec\nd'), String.raw`a\u001b[31mb\u202ec\u000ad`)
  t.equal(shownText('é – 1'), 'é – 1')
})

t.test('JSON that was made safe is the same data', async t => {
  const data = { name: 'a\u009B\u{E0001}"' }
  t.notMatch(shownJson(data), /\u009B/)
  t.strictSame(JSON.parse(shownJson(data)), data)
})
