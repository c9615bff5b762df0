import t from 'tap'
import { findDirective } from '../src/find-directive.js'
import { parseSections } from '../src/parse-sections.js'

const text = `defaults base
  mode http
  option redispatch 1
  timeout client 1s
defaults next from base
  timeout server 2s
  timeout server 3s
backend own from next
  balance source
  balance roundrobin
  option redispatch
  no option redispatch
backend negated from base
  no option redispatch
backend again
  no option redispatch
  option redispatch 2
backend reset
  default option redispatch
`

const line = (name: string, ...words: readonly string[]) =>
  findDirective(
    parseSections(text).find(found => found.name === name),
    ...words,
  )?.line

t.test('a directive is looked for in the section, then in its chain of defaults', async t => {
  t.equal(line('own', 'mode'), 2)
  t.equal(line('own', 'timeout', 'client'), 4)
  t.equal(line('again', 'balance'), undefined)
  t.equal(findDirective(undefined, 'mode'), undefined)
})

t.test('the last line wins', async t => {
  t.equal(line('own', 'balance'), 10)
  t.equal(line('own', 'timeout', 'server'), 7)
  t.equal(line('again', 'option', 'redispatch'), 17)
})

t.test('a negation takes the setting away, and hides that of the defaults', async t => {
  t.equal(line('own', 'option', 'redispatch'), undefined)
  t.equal(line('negated', 'option', 'redispatch'), undefined)
  t.equal(line('reset', 'option', 'redispatch'), undefined)
  t.equal(line('negated', 'mode'), 2)
})
