import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRuntimeClient } from 'haproxy-runtime'
import type { Member } from 'node-serf-client'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { endProcess, freePort, haproxyPlace, startHaproxy, until } from 'real-components'

// What the agent's process uses next to a HAProxy, by the number of members: memory once it has
// settled, and processor time while nothing happens. `node dist/bench/footprint.js [members …]`

const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 10_000]
const idleMs = 20_000
/** Clock ticks a second in /proc; the same on every Linux. */
const ticksPerSecond = 100
const program = fileURLToPath(new URL('../../bin/serf-haproxy.js', import.meta.url))

process.stdout.write(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}\n`)
const found: { count: number; memory: number }[] = []
for (const count of counts) found.push({ count, memory: await footprint(count) })
const [small, ...more] = found
for (const { count, memory } of more) {
  const ratio = memory / (small?.memory ?? Number.NaN)
  process.stdout.write(
    `${count} members take ${ratio.toFixed(2)} x the memory of ${small?.count}\n`,
  )
}

/** @returns the agent's resident memory in MiB */
async function footprint(count: number): Promise<number> {
  const endings: (() => unknown)[] = []
  const tidy = { teardown: (end: () => unknown) => void endings.push(end) }
  try {
    const place = haproxyPlace(tidy)
    const serf = await startFakeAgent({
      members: Array.from({ length: count }, (_, i) => member(i)),
    })
    tidy.teardown(() => serf.close())
    const file = join(place.folder, 'agent.yaml')
    writeFileSync(
      file,
      `
serf: { rpc: '127.0.0.1:${serf.port}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '127.0.0.1:${await freePort('127.0.0.1')}', pool: nodes }]
pools: [{ name: nodes, role: web, port: 3000 }]
listen: '127.0.0.1:${await freePort('127.0.0.1')}'
`,
    )
    const agent = spawn(process.execPath, [program, 'run', '--config', file], { stdio: 'ignore' })
    tidy.teardown(() => endProcess(agent, 'SIGTERM'))
    await until('the first configuration', () => existsSync(place.configFile), 60_000)
    await startHaproxy(tidy, place)
    const runtime = createRuntimeClient({ socket: place.runtimeSocket })
    await until(
      'HAProxy to have all servers',
      async () => (await runtime.servers(['nodes']).catch(() => [])).length === count,
      120_000,
    )
    await wait(idleMs)
    const before = processorSeconds(agent.pid)
    await wait(idleMs)
    const share = ((processorSeconds(agent.pid) - before) / idleMs) * 1000 * 100
    const memory = residentMiB(agent.pid)
    process.stdout.write(
      `${count} members: ${memory.toFixed(0)} MiB, ${share.toFixed(2)} % of a processor while idle\n`,
    )
    return memory
  } finally {
    for (const end of endings.toReversed()) await end()
  }
}

/** Returns a member on a loopback address where nothing listens. */
function member(i: number): Member {
  return {
    name: `s${i}`,
    address: `127.9.${i >> 8}.${i & 255}`,
    port: 7946,
    status: 'alive',
    tags: { role: 'web' },
  }
}

function processorSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

function residentMiB(pid: number | undefined): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}
