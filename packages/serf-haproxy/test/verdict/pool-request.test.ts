import t from 'tap'
import { parsePoolRequest } from '../../src/verdict/pool-request.js'

t.test('a request names a backend, and perhaps a role and a port', async t => {
  t.same(parsePoolRequest('web'), { backend: 'web' })
  t.same(parsePoolRequest('web=role:app'), { backend: 'web', role: 'app' })
  t.same(parsePoolRequest('web=role:a:b,port:3000'), { backend: 'web', role: 'a:b', port: 3000 })
})

t.test('a request of another form is refused with the form', async t => {
  for (const text of ['', '=role:x', 'web=', 'web=role:', 'web=weight:1', 'web=role:x,,port:1'])
    t.throws(() => parsePoolRequest(text), {
      message: /^--pool: expected BACKEND, or BACKEND=role/,
    })
  for (const port of ['0', '65536', '1e3', '-1', 'x'])
    t.throws(() => parsePoolRequest(`web=port:${port}`), {
      message: /expected a port from 1 to 65535/,
    })
})
