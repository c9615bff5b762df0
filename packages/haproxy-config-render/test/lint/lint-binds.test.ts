import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import { clean, found } from './clean-configuration.js'

/** The findings on a frontend that has these lines next to one with other lines. */
const clashes = (first: string, second: string) =>
  found(
    `${clean.replace('bind *:80', first.replaceAll('|', '\n  '))}frontend b\n  ${second.replaceAll('|', '\n  ')}\n`,
  ).length

const pairs: readonly (readonly [string, string, number])[] = [
  ['bind *:80', 'bind 0.0.0.0:80', 1],
  ['bind *:80', 'bind :81,:80', 1],
  ['bind *:80', 'bind ipv4@:080', 1],
  ['bind *:80', 'bind *:79-81', 1],
  ['bind *:80 thread 1', 'bind *:80 thread 2', 1],
  ['bind *:80 id 1', 'bind *:80 id 2', 1],
  ['bind ::1:80', 'bind [0:0:0:0:0:0:0:1]:80', 1],
  ['bind :::80', 'bind ipv6@*:80 v4v6', 1],
  ['bind *:80 interface lo', 'bind *:80 interface lo', 1],
  ['bind /run/a', 'bind unix@/run/a', 1],
  ['bind abns@a', 'bind abns@a', 1],
  ['bind "${A}:80"', 'bind "${A}:80"', 1],
  ['bind *:80', 'bind 127.0.0.1:80', 0],
  ['bind *:80', 'bind :::80 v4v6', 0],
  ['bind :::80 v6only', 'bind :::80 v4v6', 0],
  ['bind *:80', 'bind *:81-90', 0],
  ['bind *:80 interface lo', 'bind *:80 interface eth0', 0],
  ['bind *:80 interface lo', 'bind *:80', 0],
  ['bind *:80 namespace a', 'bind *:80 namespace b', 0],
  ['bind *:443 ssl crt a', 'bind quic4@:443 ssl crt a', 0],
  ['bind fd@3', 'bind fd@3', 0],
  ['bind abns@a', 'bind unix@a', 0],
  ['bind *:80|disabled', 'bind *:80', 0],
  ['bind *:80', 'bind *:80|disabled', 0],
  ['bind *:80|disabled|enabled', 'bind *:80', 1],
  ['bind *:80 thread 1|bind *:80 thread 2', 'bind *:81', 0],
  ['bind *:80 name a|bind *:80 name b', 'bind *:81', 0],
  ['bind *:80|bind *:80 accept-proxy', 'bind *:81', 1],
]

for (const [first, second, count] of pairs) {
  t.test(`${first} next to ${second} has ${count} findings`, async t => {
    t.equal(clashes(first, second), count)
  })
}

/** Returns the findings on two frontends with one bind line. */
const twice = (bind: string) =>
  lintConfiguration(
    `${clean.replace('bind *:80', `bind ${bind}`)}frontend b\n  mode tcp\n  bind ${bind}\n`,
  )

t.test('the finding names both lines and the effect', async t => {
  t.match(twice(':79-80'), [
    {
      line: 21,
      message:
        'frontend b listens on 0.0.0.0:79 and more ports, and so does frontend web at line 14: connections go to one or the other at random',
    },
  ])
  t.match(twice('::1:80'), [{ message: /listens on \[::1\]:80, and/ }])
  t.match(twice('/run/a'), [{ message: /listens on \/run\/a, .*: only one of them can have it/ }])
})

t.test('sockets of global and log-forward listen too', async t => {
  const socket = 'stats socket 0.0.0.0:80 level admin'
  t.strictSame(found(clean.replace('stats socket /run/x.sock', 'stats socket *:80')), [
    'clashing-bind 14',
  ])
  t.strictSame(found(`${clean}global\n  ${socket}\n`), ['clashing-bind 20'])
  t.strictSame(found(`${clean}log-forward l\n  bind :80\n`), ['clashing-bind 20'])
  t.strictSame(found(`${clean}peers p\n  bind :80\n`), [])
})
