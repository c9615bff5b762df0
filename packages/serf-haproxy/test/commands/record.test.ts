import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import t from 'tap'
import { hasServer, recordUntil } from '../record-members.js'
import { runCommand, writeConfiguration } from '../run-command.js'

const members = ['s1', 's2'].map((name, i) => ({
  name,
  address: `127.0.0.${2 + i}`,
  port: 7946,
  status: 'alive' as const,
  tags: { role: 'backend' },
}))

t.test('record writes JSON lines that replay reads', async t => {
  await using serf = await startFakeAgent({ members })
  const folder = t.testdir()
  const config = await writeConfiguration(folder, { rpc: `127.0.0.1:${serf.port}` })
  const out = join(folder, 'recording.jsonl')
  const isWritten = () => existsSync(out) && hasServer(readFileSync(out, 'utf8'), 's2')
  const recorded = await recordUntil(t, isWritten, '--out', out, '--config', config)
  t.match(recorded, { code: 0, stdout: '', stderr: '' })
  t.equal(statSync(out).mode & 0o777, 0o600)
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n')
  for (const line of lines) t.type(JSON.parse(line), 'object')
  t.match(readFileSync(out, 'utf8'), /"s2"/)
  t.match(await runCommand('replay', out, '--config', config), { code: 0, stdout: /2 servers/ })
})

const hasFirst = (text: string) => hasServer(text, 's1')

t.test('record prints to stdout without --out', async t => {
  await using serf = await startFakeAgent({ members })
  const config = await writeConfiguration(t.testdir(), { rpc: `127.0.0.1:${serf.port}` })
  const { stdout } = await recordUntil(t, hasFirst, '--config', config)
  t.match(stdout, /^\{.*"s1"/m)
})

t.test('record ends by itself after the seconds of --for', async t => {
  const config = await writeConfiguration(t.testdir())
  t.match(await runCommand('record', '--for', '0.01', '--config', config), { code: 0 })
})

t.test('record ends at once when its file can no longer be written', async t => {
  await using serf = await startFakeAgent({ members })
  const config = await writeConfiguration(t.testdir(), { rpc: `127.0.0.1:${serf.port}` })
  const { code, stderr } = await runCommand('record', '--out', '/dev/full', '--config', config)
  t.equal(code, 1)
  t.match(stderr, /^error: cannot write to \/dev\/full: ENOSPC: .*\n$/)
})

t.test('record accepts only seconds of at most a day', async t => {
  for (const seconds of ['x', '0', '-1', '86401', '']) {
    const { code, stderr } = await runCommand('record', '--for', seconds)
    t.equal(code, 2, seconds)
    t.match(stderr, /Expected seconds, up to 86400, got/)
  }
})
