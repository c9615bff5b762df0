import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'
import { stateWith } from '../sample-state.js'

t.test(
  'ready exits with 0 for an agent that follows, and with 1 and the reasons otherwise',
  async t => {
    const { run, set } = await serveFakeAgent(t)
    set({ generation: { number: 1, at: 1, cause: 'a join', via: 'reload', tookMs: 1 } })
    t.match(await run('ready'), { code: 0, stdout: /^ready\n/ })
    set({ haproxy: { ...stateWith().haproxy, reachable: false, error: 'no such socket' } })
    t.match(await run('ready'), {
      code: 1,
      stdout: /^not ready\nHAProxy does not answer: no such socket\n/,
    })
    const { code, stdout } = await run('ready', '--json')
    t.equal(code, 1)
    t.match(JSON.parse(stdout), { ready: false, reasons: [/^HAProxy does not answer/] })
  },
)
