import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { readNodeLogs } from '../../src/processes/process-logs.js'

t.test("a node's logs are told in the order of their times, whoever wrote them", async t => {
  const folder = temporaryFolder(t)
  for (const [service, text] of Object.entries({
    serf: '2026-01-01 10:00:00.200000000  joined\n  and more of it\n',
    webapp: '2026-01-01 10:00:00.100000000  listening\n2026-01-01 10:00:00.300000000  asked\n',
  })) {
    mkdirSync(join(folder, service))
    writeFileSync(join(folder, service, 'current'), text)
  }
  writeFileSync(join(folder, 'supervisor.log'), 'started\n')
  t.equal(
    await readNodeLogs(folder),
    [
      'supervisor | started',
      '2026-01-01 10:00:00.100 webapp | listening',
      '2026-01-01 10:00:00.200 serf | joined',
      '2026-01-01 10:00:00.200 serf |   and more of it',
      '2026-01-01 10:00:00.300 webapp | asked',
      '',
    ].join('\n'),
  )
})
