import t from 'tap'
import { allFiles, memberEvents } from '../../src/tasks/keep.js'
import type { StepContext } from '../../src/tasks/task.js'

t.test(
  'the files of everything are the table, the configuration, and three for each node',
  async t => {
    t.same(allFiles(['ha']), [
      'haproxy.cfg',
      'ps.txt',
      'ha.log',
      'ha.inspect.json',
      'ha.inspect.txt',
    ])
    t.equal(allFiles(['ha', 's1']).length, 8)
  },
)

t.test('only lines of Serf about members count as member events', async t => {
  const text = [
    '2026 serf | [INFO] serf: EventMemberJoin: s1 127.0.42.11',
    '2026 webapp | EventMemberJoin: s9 127.0.42.99',
    '2026 serf | [INFO] serf: EventMemberFailed: s1 127.0.42.11',
  ].join('\n')
  const engine = { logs: async () => ({ command: 'logs', text }) }
  const context = { engine } as unknown as StepContext
  t.same(await memberEvents(context, 'ha'), ['EventMemberJoin: s1', 'EventMemberFailed: s1'])
})
