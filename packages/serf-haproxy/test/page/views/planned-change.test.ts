import t from 'tap'
import { kindText, plannedContent } from '../../../src/page/views/planned-change.js'
import { fakeDocument, fakeOf } from '../fake-document.js'

const change = { reason: 'the text differs', operations: [], difference: '' }
const steps = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ kind: 'drain', pool: 'web', server: `s${i}` }))

t.test('the kind of a change is a sentence', async t => {
  t.equal(kindText({ ...change, kind: 'noop' }), 'Nothing would change: the text differs')
  t.equal(
    kindText({ ...change, kind: 'noop', difference: 'x' }),
    'Only the file would change: the text differs',
  )
  t.equal(kindText({ ...change, kind: 'reload' }), 'A reload: the text differs')
  t.equal(
    kindText({ ...change, kind: 'runtime', operations: steps(1) }),
    '1 change at run time, without a reload',
  )
})

t.test(
  'steps, taken ports and the report of HAProxy are shown, and a long list is cut',
  async t => {
    fakeDocument(t)
    const text = plannedContent({
      ...change,
      kind: 'runtime',
      operations: steps(30),
      takenPorts: ['port 80 is taken'],
      check: { kind: 'rejected', report: 'line 3' },
    })
      .map(each => fakeOf(each).textContent)
      .join(' ')
    t.match(text, 'HAProxy: rejected: line 3 port 80 is taken drain web/s0')
    t.match(text, 'and 10 more')
  },
)
