import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isBootstrapDue, lacksFile } from '../../src/haproxy/bootstrap-file.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'

t.test('a missing file is due after three seconds, and not before', async t => {
  const configuration = configurationIn(t.testdir())
  for (const [waitedMs, expected] of [
    [0, false],
    [-1, false],
    [2999.9, false],
    [3000, true],
    [3001, true],
    [Infinity, true],
    [NaN, false],
  ] as const)
    t.equal(isBootstrapDue(configuration, waitedMs), expected, `after ${waitedMs} ms`)
})

t.test('a file with a text is never replaced', async t => {
  const configuration = configurationIn(t.testdir({ 'haproxy.cfg': '#' }))
  t.notOk(lacksFile(configuration))
  t.notOk(isBootstrapDue(configuration, 3_600_000))
})

t.test('an empty file, which gives the owner and the mode, is missing', async t => {
  const configuration = configurationIn(t.testdir({ 'haproxy.cfg': '' }))
  t.ok(lacksFile(configuration))
  t.ok(isBootstrapDue(configuration, 3000))
})

t.test('a file that appears while the agent waits ends the wait', async t => {
  const configuration = configurationIn(t.testdir())
  t.ok(isBootstrapDue(configuration, 5000))
  writeFileSync(configuration.haproxy.configFile, 'global\n')
  t.notOk(isBootstrapDue(configuration, 5001))
})

t.test('a file in a missing folder, and a link to nothing, are missing', async t => {
  t.ok(lacksFile(configurationIn(join(t.testdir(), 'no', 'such', 'folder'))))
  const folder = t.testdir()
  symlinkSync(join(folder, 'nothing'), join(folder, 'haproxy.cfg'))
  t.ok(lacksFile(configurationIn(folder)))
})

t.test('a link to a file counts as that file', async t => {
  const folder = t.testdir({ 'other.cfg': 'global\n' })
  symlinkSync('other.cfg', join(folder, 'haproxy.cfg'))
  t.notOk(lacksFile(configurationIn(folder)))
})
