import t from 'tap'
import { plural, verb } from '../src/plural.js'

t.test('a noun and a verb have the form that fits the count', async t => {
  t.equal(plural(1, 'server'), '1 server')
  t.equal(plural(0, 'server'), '0 servers')
  t.equal(plural(2, 'entry', 'entries'), '2 entries')
  t.equal(verb(1, 'is', 'are'), 'is')
  t.equal(verb(0, 'is', 'are'), 'are')
})
