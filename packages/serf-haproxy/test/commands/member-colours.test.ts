import t from 'tap'
import { memberCells } from '../../src/commands/member-colours.js'

t.test('a member has a colour for its status in Serf and for its standing', async t => {
  t.same(memberCells({ status: 'alive', suspect: false, standing: 'serving' }), [
    { text: 'alive', state: 'good' },
    { text: 'serving', state: 'good' },
  ])
  t.same(memberCells({ status: 'failed', suspect: false, standing: 'gone' }), [
    { text: 'failed', state: 'bad' },
    { text: 'gone', state: 'quiet' },
  ])
})

t.test('a suspect is shown as one, whatever its status', async t => {
  t.same(memberCells({ status: 'alive', suspect: true, standing: 'draining' }), [
    { text: 'suspect', state: 'warning' },
    { text: 'draining', state: 'warning' },
  ])
})
