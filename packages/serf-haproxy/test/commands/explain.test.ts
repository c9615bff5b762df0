import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'

t.test('explain prints each rule and each step', async t => {
  const { run, agent } = await serveFakeAgent(t)
  agent.explain = member => ({
    member,
    isKnown: true,
    now: 'it serves in nodes',
    rules: [
      { rule: 'status', holds: true, found: 'alive', wanted: 'alive' },
      { rule: 'network', holds: false, found: '10.0.0.1', wanted: '127.0.0.0/8' },
    ],
    times: { firstRequest: 1_700_000_000_250, seen: 1_700_000_000_000 },
  })
  t.equal(
    (await run('explain', 's/1 ü')).stdout,
    [
      's/1 ü: it serves in nodes',
      '  yes  status: alive',
      '  no   network: expected 127.0.0.0/8, got 10.0.0.1',
      '  seen by Serf   2023-11-14 22:13:20.000Z',
      '  first request  2023-11-14 22:13:20.250Z',
      '',
    ].join('\n'),
  )
})

t.test('explain exits with 1 for a name that is unknown', async t => {
  const { run, agent } = await serveFakeAgent(t)
  const explain = agent.explain
  agent.explain = member => ({ ...explain(member), isKnown: false })
  t.match(await run('explain', 'nobody'), { code: 1, stdout: /^nobody: / })
})

t.test('explain needs a member', async t => {
  const { run } = await serveFakeAgent(t)
  t.match(await run('explain'), { code: 2, stderr: /missing required argument 'member'/ })
})
