import t from 'tap'
import { notAfter } from '../../src/evidence/observe-change.js'

t.test('a consequence that is seen first dates its cause', async t => {
  t.equal(notAfter(120, 90), 90)
  t.equal(notAfter(80, 90), 80)
})

t.test('what was not seen stays unknown', async t => {
  t.equal(notAfter(undefined, 90), undefined)
  t.equal(notAfter(80, undefined), 80)
})
