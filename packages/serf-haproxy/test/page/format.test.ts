import t from 'tap'
import { clock, milliseconds, plural, rate, span } from '../../src/page/format.js'

t.test('a duration has its two largest units', async t => {
  const second = 1000
  const minute = 60 * second
  const hour = 60 * minute
  for (const [ms, text] of [
    [-5, '0 s'],
    [999, '0 s'],
    [59 * second, '59 s'],
    [minute, '1 min 0 s'],
    [59 * minute + 59 * second, '59 min 59 s'],
    [hour, '1 h 0 min'],
    [26 * hour + minute, '1 d 2 h'],
  ] as const)
    t.equal(span(ms), text)
})

t.test('a rate has one decimal below 10', async t => {
  t.equal(rate(0), '0')
  t.equal(rate(0.04), '0.0')
  t.equal(rate(9.94), '9.9')
  t.equal(rate(10.5), '11')
})

t.test('milliseconds have one decimal below 10, unless it is zero', async t => {
  t.equal(milliseconds(1.26), '1.3 ms')
  t.equal(milliseconds(2), '2 ms')
  t.equal(milliseconds(10.4), '10 ms')
})

t.test('a count of one is singular', async t => {
  t.equal(plural(1, 'server'), '1 server')
  t.equal(plural(0, 'server'), '0 servers')
  t.equal(plural(2, 'entry', 'entries'), '2 entries')
})

t.test('a time has hours, minutes and seconds, without am or pm', async t => {
  t.match(clock(1_700_000_000_000), /^\d\d:\d\d:\d\d$/)
})
