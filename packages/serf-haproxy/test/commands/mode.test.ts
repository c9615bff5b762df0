import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'

t.test('freeze sends the reason, and prints the mode of the agent', async t => {
  const { run, done, set } = await serveFakeAgent(t)
  set({ mode: 'frozen' })
  t.match(await run('freeze', 'look & fix'), { code: 0, stdout: 'the agent is now frozen\n' })
  t.match(await run('freeze'), { code: 0 })
  t.same(done, ['freeze look & fix', 'freeze'])
})

t.test('thaw prints the mode as JSON', async t => {
  const { run, done } = await serveFakeAgent(t)
  t.same(JSON.parse((await run('thaw', '--json')).stdout), { mode: 'following' })
  t.same(done, ['thaw'])
})

t.test('accept exits with 1 if no removals are held', async t => {
  const { run, done, set } = await serveFakeAgent(t)
  t.match(await run('accept'), { code: 1, stderr: 'error: no removals are held\n' })
  set({ held: { since: 1, reason: 'too many', removals: [] } })
  t.match(await run('accept'), { code: 0, stdout: /^accepted: .* it is now following\n$/ })
  t.same(done, ['accept'])
})
