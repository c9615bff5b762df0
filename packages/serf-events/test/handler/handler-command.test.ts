import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { runHandler } from '../run-serf-events.js'

t.test('the handler prints the event, or appends it to a file', async t => {
  const env = { SERF_EVENT: 'member-join', SERF_SELF_NAME: 'lb' }
  const stdin = 's\\n1\t10.0.0.1\tweb\trole=web\n'
  const file = join(temporaryFolder(t), 'events.jsonl')
  const printed = runHandler(env, stdin)
  t.match(JSON.parse(printed.stdout), { event: 'member-join', members: [{ name: 's\n1' }] })
  t.equal(printed.status, 0)
  for (const _ of [1, 2]) t.equal(runHandler(env, stdin, '--append', file).stdout, '')
  t.equal(readFileSync(file, 'utf8'), printed.stdout.repeat(2))

  const user = { SERF_EVENT: 'user', SERF_USER_EVENT: 'deploy', SERF_USER_LTIME: '7' }
  t.match(JSON.parse(runHandler(user, 'v2\n').stdout), { lamportTime: '7', payload: 'v2' })
  t.match(JSON.parse(runHandler(user, Buffer.of(255)).stdout), { payloadBase64: '/w==' })
})

t.test(
  'without an event of Serf, or with a file that cannot be written, the handler exits with 2',
  async t => {
    const { status, stderr } = runHandler({}, '')
    t.equal(status, 2)
    t.match(
      stderr,
      /error: Cannot parse the event: expected SERF_EVENT .*serf agent -event-handler/,
    )
    const env = { SERF_EVENT: 'member-join' }
    const folder = temporaryFolder(t)
    t.match(runHandler(env, '', '--append', folder), { status: 2, stderr: /cannot append/ })
  },
)
