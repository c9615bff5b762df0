import t from 'tap'
import { explanationContent } from '../../../src/page/views/explanation-content.js'
import { fakeDocument, fakeOf } from '../fake-document.js'

t.test('each rule and each step is shown, in the order of the steps', async t => {
  fakeDocument(t)
  const text = explanationContent({
    member: 's/1',
    isKnown: true,
    now: 'it is held',
    rules: [
      { rule: 'status', holds: true, found: 'alive', wanted: 'alive' },
      { rule: 'network', holds: false, found: '10.0.0.1', wanted: '127.0.0.0/8' },
    ],
    times: { applied: 2000, seen: 1000 },
  })
    .map(each => fakeOf(each).textContent)
    .join('')
  t.match(text, /^it is held/)
  t.match(text, /holdsstatusalive/)
  t.match(text, /does not holdnetworkexpected 127\.0\.0\.0\/8, got 10\.0\.0\.1/)
  t.match(text, /seen by Serf\d.*admittednot yetapplied\d.*removednot yet/)
})
