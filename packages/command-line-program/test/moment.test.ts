import t from 'tap'
import { moment } from '../src/moment.js'

t.test('a time is printed in UTC with milliseconds and its zone', async t => {
  t.equal(moment(1_700_000_000_250), '2023-11-14 22:13:20.250Z')
})
