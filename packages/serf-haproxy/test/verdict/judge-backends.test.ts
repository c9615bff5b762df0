import t from 'tap'
import { judgeBackends } from '../../src/verdict/judge-backends.js'
import type { PoolRequest } from '../../src/verdict/pool-request.js'

const judge = (text: string, requests: readonly PoolRequest[] = []) =>
  judgeBackends(text, requests, line => `a.cfg:${line}`)

t.test('backends and listens with servers are judged, in order', async t => {
  const text = `frontend web
backend web
  mode http
  server a h:80
listen api
  mode http
  server b h:80
  cookie X insert
backend empty
ring r
  server log h:514
`
  t.match(judge(text), [
    { kind: 'turned-over', backend: 'web', line: 2 },
    { kind: 'kept', backend: 'api', problem: { line: 8 } },
  ])
})

t.test('a backend stays if its verdict depends on a condition', async t => {
  const conditional = [
    'backend web\n.if defined(X)\nserver a h:80\n.endif\n',
    'backend web\n.if defined(X)\ndefault-server inter 9s\n.endif\nserver a h:80\n',
    'backend web\nserver a h:80\nbackend x\n.if defined(X)\nuse-server y if { srv_is_up(web/a) }\n.endif\n',
    '.if defined(X)\ndefaults\ncookie S insert\n.endif\nbackend web\nmode http\nserver a h:80\n',
    '.if defined(X)\nbackend web\nserver a h:80\n.else\nbackend web\nserver a h:81\n.endif\n',
  ]
  for (const text of conditional) {
    const verdicts = judge(text)
    t.ok(verdicts.length > 0, text)
    for (const verdict of verdicts)
      t.match(verdict, { kind: 'kept', problem: { reason: /depend on a condition/ } }, text)
  }
  t.match(judge('backend web\n.if 0\nserver no h:80\n.endif\nserver a h:80\n'), [
    { kind: 'turned-over', servers: [5] },
  ])
})

t.test('a request for a backend that is not there, or that has to stay, is refused', async t => {
  const text = 'backend web\nserver a h:80\nbackend old\ndisabled\nserver b h:80\n'
  t.match(judge(text, [{ backend: 'web', role: 'app' }]), [{ pool: { role: 'app' } }, {}])
  t.throws(() => judge(text, [{ backend: 'wbe' }]), {
    message: '--pool wbe: expected a backend with servers: web, old',
  })
  t.throws(() => judge(text, [{ backend: 'old' }]), {
    message: /^--pool old: a\.cfg:3: old is disabled/,
  })
})
