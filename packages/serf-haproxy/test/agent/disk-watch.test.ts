import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { DiskWatch, restMs } from '../../src/agent/disk-watch.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { fakeClock } from '../fake-clock.js'

t.test(
  'a folder of HAProxy that every user may write is refused, and a sticky one is not',
  async t => {
    const folder = temporaryFolder(t)
    const watch = new DiskWatch(new AgentJournal(fakeClock(), () => {}))
    chmodSync(folder, 0o777)
    t.throws(() => watch.lock(join(folder, 'haproxy.cfg')), {
      code: 'configuration',
      message: /every user can replace HAProxy's configuration; chmod o-w /,
    })
    chmodSync(folder, 0o1777)
    watch.lock(join(folder, 'haproxy.cfg'))
    watch.release()
  },
)

t.test('what the disk refuses is in the record until the disk takes it', async t => {
  const texts: string[] = []
  const journal = new AgentJournal(fakeClock(), ({ text }) => texts.push(text))
  const watch = new DiskWatch(journal)
  watch.report('generations', 'ENOSPC')
  watch.report('generations', 'ENOSPC')
  t.match(journal.record.disk, [{ place: 'generations', error: 'ENOSPC' }])
  watch.report('generations', undefined)
  t.same(journal.record.disk, [])
  t.same(texts, [
    'the disk refuses the generations: ENOSPC',
    'The disk takes the generations again',
  ])
})

t.test('the generations of a healthy disk are read at a pace that follows the cost', async t => {
  t.same([0, 2, 10, 500].map(restMs), [0, 4000, 20_000, 60_000])
})
