import t from 'tap'
import { skeleton } from '../../src/plan/skeleton.js'

const nodes = new Set(['nodes'])

t.test('comments, blank lines and indentation are no difference', async t => {
  t.equal(
    skeleton('# made today\n\nglobal\n\tmaxconn 10\n   # more\n', nodes),
    skeleton('global\n  maxconn 10', nodes),
  )
})

t.test('any other word is a difference, and so is the order of lines', async t => {
  const text = 'global\n  maxconn 10\n  nbthread 2\n'
  t.not(skeleton(text, nodes), skeleton(text.replace('10', '11'), nodes))
  t.not(skeleton(text, nodes), skeleton('global\n  nbthread 2\n  maxconn 10\n', nodes))
})

t.test(
  'server lines of managed pools are left out, whatever stands between their words',
  async t => {
    t.equal(
      skeleton('backend nodes\n  server s1 10.0.0.1:80\n\tserver\ts2\t10.0.0.2:80\n', nodes),
      'backend nodes',
    )
  },
)

t.test('other lines of managed pools stay', async t => {
  const lines = [
    'backend nodes',
    'server-template w 1-3 10.0.0.1:80',
    'default-server check',
    'use-server s1',
  ]
  t.equal(skeleton(lines.join('\n  '), nodes), lines.join('\n'))
})

t.test('server lines of other pools stay, before and behind a managed one', async t => {
  const text = `backend first
server a 10.0.0.1:80
backend nodes
server b 10.0.0.1:80
backend last
server c 10.0.0.1:80`
  t.equal(
    skeleton(text, nodes),
    'backend first\nserver a 10.0.0.1:80\nbackend nodes\nbackend last\nserver c 10.0.0.1:80',
  )
})

t.test('a managed pool ends at a section of any other kind', async t => {
  for (const section of [
    'frontend nodes',
    'peers mesh',
    'ring log',
    'resolvers dns',
    'defaults',
    'global',
  ]) {
    const text = `backend nodes\n${section}\nserver s1 10.0.0.1:80`
    t.equal(skeleton(text, nodes), text)
  }
})

t.test('a listen section can be a managed pool', async t => {
  t.equal(
    skeleton('listen nodes\n  bind :80\n  server s1 10.0.0.1:80\n', nodes),
    'listen nodes\nbind :80',
  )
})
