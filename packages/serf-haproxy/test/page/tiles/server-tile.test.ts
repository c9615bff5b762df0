import t from 'tap'
import { memberTextOf, serverTile } from '../../../src/page/tiles/server-tile.js'
import { memberNamed } from '../../sample-state.js'
import { fakeDocument, fakeOf } from '../fake-document.js'
import { rowNamed } from '../sample-rows.js'

const text = (facts: Parameters<typeof memberNamed>[1]) =>
  memberTextOf({ member: memberNamed('s1', facts) })

t.test('a tile shows state, traffic and errors, and leads to its member', async t => {
  fakeDocument(t)
  const row = rowNamed('s/1', { status: 'DOWN' }, { perSecond: 12.4, errors: 1 })
  const { root, update } = serverTile(row)
  update(row)
  const [tile] = fakeOf(root).children
  t.ok(typeof tile === 'object')
  if (typeof tile !== 'object') return
  t.equal(tile.getAttribute('href'), '#/member/s%2F1')
  t.equal(tile.getAttribute('data-tone'), 'bad')
  t.match(tile.textContent, /^s\/1DOWN127\.0\.0\.2:3000, weight 100.*12 \/s1 error/)
})

t.test('the text of a member has its Serf status and its state', async t => {
  t.equal(text({ standing: 'kept-by-health' }), 'Serf: alive, kept by health')
  t.equal(text({ suspect: true }), 'Serf: suspect, serving')
  t.equal(memberTextOf({ member: undefined }), 'no such member')
})
