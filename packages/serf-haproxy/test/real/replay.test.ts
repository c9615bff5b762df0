import { until } from 'real-components'
import t from 'tap'
import type { RecordLine } from '../../src/recording/recording.js'
import { replay } from '../../src/recording/replay.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

t.test('a recording is replayed to the same configurations', { skip }, async t => {
  const { file, renderer, servers } = await startPlace(t)
  const lines: RecordLine[] = []
  const { agent, tell, stop } = runAgent(t, file, { onRecord: line => lines.push(line) })
  tell([fakeMember(1), fakeMember(2), fakeMember(3), fakeMember(4)])
  await until('four servers', async () => (await servers()).length === 4)
  tell([
    { ...fakeMember(1), suspect: true },
    fakeMember(2, 'leaving'),
    fakeMember(3),
    fakeMember(4),
  ])
  await until('a drain', async () => (await servers()).some(({ weight }) => weight === 0))
  tell([
    fakeMember(1, 'failed'),
    fakeMember(2, 'left'),
    fakeMember(3),
    fakeMember(4),
    fakeMember(5),
  ])
  await until('s5', async () => (await servers()).some(({ name }) => name === 's5'))
  await until('s1 to be gone', async () => !(await servers()).some(({ name }) => name === 's1'))
  const { generation } = agent.state()
  await stop()
  const replayed = [
    ...replay(
      lines.map(line => JSON.stringify(line)),
      renderer,
    ),
  ]
  t.ok(replayed.length >= 3, `${replayed.length} configurations`)
  t.ok(replayed.every(({ isSame }) => isSame))
  t.ok((generation?.number ?? 0) > 0)
  t.throws(() => [...replay(['{}'], renderer)], { code: 'recording', message: /Line 1 / })
  const other = [
    ...replay(
      lines.slice(1).map(line => JSON.stringify(line)),
      renderer,
    ),
  ]
  t.ok(other.length > 0, 'an incomplete recording is replayed as far as it goes')
})
