import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'
import { memberNamed } from '../sample-state.js'

t.test('members prints one line for each member, by name, and no control character', async t => {
  const { run } = await serveFakeAgent(t, {
    members: [
      memberNamed('s2', { suspect: true, pools: [], standing: 'draining' }),
      memberNamed('s1'),
      memberNamed('evil\u001B[2J\nname', { standing: 'quarantined', reason: 'not\na name' }),
    ],
  })
  const { code, stdout } = await run('members')
  t.equal(code, 0)
  const lines = stdout.trimEnd().split('\n')
  t.equal(lines.length, 4)
  t.match(lines[0], /^member +address +Serf +state +pools +reason$/)
  t.match(lines[2], /^s1 +127\.0\.0\.2 +alive +serving +nodes +alive, and fit/)
  t.match(lines[3], /^s2 +127\.0\.0\.2 +suspect +draining +– /)
  t.match(lines[1], /^evil\\u\{1b\}\[2J\\u\{a\}name .* not a name$/)
})

t.test('members --json prints the members as the agent knows them', async t => {
  const members = [memberNamed('a\nb')]
  const { run } = await serveFakeAgent(t, { members })
  t.same(JSON.parse((await run('members', '--json')).stdout), members)
})
