import t from 'tap'
import { displayWidth } from '../src/display-width.js'

t.test('a width is counted in columns, not in characters', async t => {
  t.equal(displayWidth('web-1'), 5)
  t.equal(displayWidth('é'), 1)
  t.equal(displayWidth('e\u0301'), 1, 'a mark is drawn over its letter')
  t.equal(displayWidth('日本'), 4)
  t.equal(displayWidth('ｱｲ'), 2)
  t.equal(displayWidth('😀'), 2)
})
