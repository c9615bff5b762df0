import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import t, { type Test } from 'tap'
import { hasServer, recordUntil } from '../record-members.js'
import { runCommand, writeConfiguration } from '../run-command.js'

/** Records a cluster of one member, and returns the files. */
async function recordOneMember(t: Test) {
  const tags = { role: 'backend' }
  await using serf = await startFakeAgent({
    members: [{ name: 's1', address: '127.0.0.2', port: 7946, status: 'alive', tags }],
  })
  const folder = t.testdir()
  const config = await writeConfiguration(folder, { rpc: `127.0.0.1:${serf.port}` })
  const recording = join(folder, 'recording.jsonl')
  const isWritten = () => existsSync(recording) && hasServer(readFileSync(recording, 'utf8'), 's1')
  await recordUntil(t, isWritten, '--out', recording, '--config', config)
  return { config, recording }
}

t.test('replay prints the same configurations from a recording', async t => {
  const { config, recording } = await recordOneMember(t)
  const text = await runCommand('replay', recording, '--config', config)
  t.match(text, { code: 0, stdout: /^1 {2}\d{4}-.*Z {2}line \d+ {2}1 server {2}as recorded$/m })
  const json = await runCommand('replay', recording, '--json', '--config', config)
  const [first = ''] = json.stdout.split('\n')
  t.match(JSON.parse(first), { number: 1, servers: 1, isSame: true, text: undefined })
  const full = await runCommand('replay', recording, '--json', '--text', '--config', config)
  t.match(JSON.parse(full.stdout.split('\n')[0] ?? ''), { text: /^\s+server s1 /m })
})

t.test('replay exits with 1 if a configuration differs from the recording', async t => {
  const { config, recording } = await recordOneMember(t)
  writeFileSync(config, readFileSync(config, 'utf8').replace('port: 3000', 'port: 3001'))
  const { code, stdout, stderr } = await runCommand('replay', recording, '--config', config)
  t.equal(code, 1)
  t.match(stdout, /differs from the recording$/m)
  t.match(stderr, /^error: 1 of 1 configuration differs from the recording$/m)
})

t.test('replay exits with 2 for a missing or broken recording', async t => {
  const folder = t.testdir({ broken: '{' })
  const config = await writeConfiguration(folder)
  const run = (name: string) => runCommand('replay', join(folder, name), '--config', config)
  t.match(await run('missing'), { code: 2, stderr: /missing/ })
  t.match(await run('broken'), { code: 2, stderr: /Line 1 / })
})
