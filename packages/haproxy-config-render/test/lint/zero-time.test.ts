import t from 'tap'
import { isZeroTime } from '../../src/lint/zero-time.js'

t.test('zero in any unit is no limit', async t => {
  for (const time of ['0', '0ms', '00s']) t.ok(isZeroTime(time), time)
  for (const time of ['1', '10s', '500ms', '', undefined]) t.notOk(isZeroTime(time), String(time))
})
