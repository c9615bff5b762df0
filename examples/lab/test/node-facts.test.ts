import { execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, loopbackAddress, temporaryFolder } from 'real-components'
import t from 'tap'
import { listeningPorts } from '../src/processes/listening-ports.js'
import { nodeTable } from '../src/engine/node-table.js'
import { readNodeLogs } from '../src/processes/process-logs.js'
import { killMarked, markedProcesses, markName } from '../src/processes/processes.js'
import { stageFile } from '../src/engine/stage.js'
import { until } from '../src/until.js'

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

t.test('what listens at an address is found, and nothing else', async t => {
  const address = loopbackAddress()
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  t.teardown(() => server.close())
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : 0
  t.same(await listeningPorts(address), [`${port}/tcp`])
})

t.test('the table of nodes has a line for each, an ended one too', async t => {
  const facts = {
    address: '127.0.42.11',
    pid: 7,
    command: 's6-svscan scan',
    environment: {},
    processes: [],
  }
  const text = nodeTable([
    {
      ...facts,
      name: 's1',
      state: 'running',
      program: 's6-svscan',
      startedAt: '2026-01-01T00:00:00.000Z',
      ports: ['3000/tcp', '7946/udp'],
    },
    { ...facts, name: 's2', state: 'exited', program: '', startedAt: '', ports: [] },
  ])
  t.match(text.split('\n'), [
    /^NAME +PID 1/,
    /^s1 +s6-svscan +7 +2026-01-01T00:00:00.000Z +running +127.0.42.11 +3000\/tcp, 7946\/udp +0$/,
    /^s2 +– +7 +– +exited/,
    '',
  ])
})

t.test('to end s1 does not end s11', async t => {
  const folder = temporaryFolder(t)
  const start = (node: string) => {
    const env = { ...process.env, [markName]: `${folder}/${node}/` }
    const child = spawn('sleep', ['60'], { env, stdio: 'ignore' })
    t.teardown(() => endProcess(child))
    return child
  }
  const [first, eleventh] = [start('s1'), start('s11')]
  await until('both to run', async () => (await markedProcesses(folder)).length === 2)
  await killMarked(`${folder}/s1/`)
  t.same(await markedProcesses(folder), [eleventh.pid])
  t.not(first.pid, eleventh.pid)
})

t.test('the folder of nodes is a view: what is not a live backend now goes', async t => {
  const folder = join(temporaryFolder(t), 'nodes')
  const view = (members: object[]) =>
    execFileSync(process.execPath, [stageFile('nodes-view.mjs'), folder], {
      input: JSON.stringify({ members }),
    })
  view([member('s1'), member('s2'), member('ha', 'alive', 'balancer'), member('../pwned')])
  t.same(readdirSync(folder).toSorted(), ['s1', 's2'])
  t.equal(readFileSync(join(folder, 's1'), 'utf8'), 's1 10.0.0.1\n')
  view([member('s1', 'failed'), member('s3')])
  t.same(readdirSync(folder), ['s3'])
})

function member(name: string, status = 'alive', role = 'backend'): object {
  return { name, status, tags: { role }, addr: '10.0.0.1:7946' }
}
