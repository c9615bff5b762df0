import t from 'tap'
import { agentCommand } from '../../src/commands/agent-command.js'
import { serveFakeAgent } from '../fake-agent-http.js'

t.test('a synopsis becomes the name and the arguments of the command', async t => {
  const command = agentCommand('move <from> [to]', 'move it', {
    ask: () => Promise.resolve(''),
    describe: () => '',
  })
  t.equal(command.name(), 'move')
  t.equal(command.description(), 'move it')
  t.same(
    command.registeredArguments.map(each => [each.name(), each.required]),
    [
      ['from', true],
      ['to', false],
    ],
  )
})

t.test('every agent command prints JSON with --json, and text without', async t => {
  const { run } = await serveFakeAgent(t)
  t.equal((await run('thaw')).stdout, 'the agent is now following\n')
  t.equal((await run('thaw', '--json')).stdout, '{"mode":"following"}\n')
})

t.test('a request that the agent rejects exits with 1, a missing agent with 2', async t => {
  const { run, agent } = await serveFakeAgent(t)
  agent.generations = () => Promise.reject(new Error('secret'))
  t.match(await run('history'), {
    code: 1,
    stderr: 'error: internal error; see the log of the agent\n',
  })
  t.match(await run('history', '--set', 'stateFolder=/nowhere'), { code: 2, stderr: /no agent/ })
})
