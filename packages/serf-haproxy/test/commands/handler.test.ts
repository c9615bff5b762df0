import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'
import { runCommand, runWithInput, writeConfiguration } from '../run-command.js'

t.test('handler refreshes the running agent, and ignores the event on its input', async t => {
  const { file, done } = await serveFakeAgent(t)
  const event = 's1\t127.0.0.2\t\trole=backend\n'.repeat(1000)
  t.match(await runWithInput(event, 'handler', '--config', file), { code: 0, stdout: '' })
  t.same(done, ['ring'])
})

t.test('handler exits with 2 if no agent runs', async t => {
  const file = await writeConfiguration(t.testdir())
  t.match(await runCommand('handler', '--config', file), { code: 2, stderr: /no agent answers/ })
})
