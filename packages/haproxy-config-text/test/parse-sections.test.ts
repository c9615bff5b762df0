import t from 'tap'
import { parseSections } from '../src/parse-sections.js'

const text = `defaults first
  mode http
  timeout client 1s
defaults second
  mode tcp
defaults third from first
  timeout server 2s
backend anonymous
  server s1 192.0.2.1:80 check
backend named from first
  mode http
backend missing from nowhere
defaults from second
backend last
`

const section = (name: string) => parseSections(text).find(found => found.name === name)

t.test('directives have their line and words', async t => {
  t.same(section('anonymous')?.directives, [
    { line: 9, words: ['server', 's1', '192.0.2.1:80', 'check'] },
  ])
})

t.test('the last defaults section before a proxy applies to it', async t => {
  t.equal(section('anonymous')?.defaults?.name, 'third')
})

t.test('a proxy may name its defaults section', async t => {
  t.equal(section('named')?.defaults?.name, 'first')
  t.equal(section('missing')?.defaults, undefined)
})

t.test('a defaults section inherits only from the one that it names', async t => {
  t.equal(section('second')?.defaults, undefined)
  t.equal(section('third')?.defaults?.name, 'first')
})

t.test('a defaults section without a name may extend another one', async t => {
  t.equal(section('last')?.defaults?.name, '')
  t.equal(section('last')?.defaults?.defaults?.name, 'second')
})
