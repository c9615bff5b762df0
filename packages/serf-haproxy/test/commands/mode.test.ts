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

t.test('drain and undrain send the name and the reason, and print what is drained', async t => {
  const { run, done, set } = await serveFakeAgent(t)
  set({ drained: [{ member: 's 1', since: 1 }] })
  t.match(await run('drain', 's 1', 'an upgrade'), {
    code: 0,
    stdout: 'drained by an operator: s 1\n',
  })
  set({ drained: [] })
  t.same(JSON.parse((await run('undrain', 's 1', '--json')).stdout), { drained: [] })
  t.match(await run('undrain', 's 1'), { stdout: 'drained by an operator: no member\n' })
  t.same(done, ['drain s 1 an upgrade', 'undrain s 1', 'undrain s 1'])
})
