import t from 'tap'
import { Sessions } from '../src/sessions.js'

t.test('the number of sessions is limited: the least recently used one is removed', async t => {
  const sessions = new Sessions(2)
  const first = sessions.visit(undefined)
  const second = sessions.visit(undefined)
  t.equal(sessions.visit(first.id).views, 2)
  sessions.visit(undefined)
  t.equal(sessions.size, 2)
  t.equal(sessions.visit(first.id).views, 3)
  t.equal(sessions.visit(second.id).views, 1, 'the second was removed')
})
