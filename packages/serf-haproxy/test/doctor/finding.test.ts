import t from 'tap'
import { fail, ok, warn } from '../../src/doctor/finding.js'

t.test('a finding has a level, and a remedy unless it is ok', async t => {
  t.same(ok('Serf', 'answers'), { check: 'Serf', level: 'ok', text: 'answers' })
  t.same(warn('Serf', 'slow', 'wait'), {
    check: 'Serf',
    level: 'warn',
    text: 'slow',
    remedy: 'wait',
  })
  t.same(fail('Serf', 'gone', 'start it'), {
    check: 'Serf',
    level: 'fail',
    text: 'gone',
    remedy: 'start it',
  })
})
