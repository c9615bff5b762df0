import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'

t.test('release lets the connections finish, and then gives up the address', async t => {
  const { run, done } = await serveFakeAgent(t)
  t.match(await run('release'), {
    code: 0,
    stdout: /^released this balancer in \d+ ms; able to take over: lb2\n$/,
  })
  t.same(done, ['release begin', 'release address'])
  t.match(JSON.parse((await run('release', '--json')).stdout), { others: ['lb2'], unfinished: 0 })
})

t.test('release exits with 1 if no other balancer is alive', async t => {
  const { run, set, done } = await serveFakeAgent(t)
  set({ mode: 'frozen' })
  t.match(await run('release'), { code: 1, stderr: /^error: no other balancer is alive/ })
  t.same(done, ['release begin'])
  t.match(await run('release', '--finish-ms', 'soon'), {
    code: 2,
    stderr: /milliseconds, got soon/,
  })
})
