import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRuntimeClient } from 'haproxy-runtime'
import {
  benchCommand,
  endProcess,
  freePort,
  gossipKey,
  haproxyPlace,
  loopbackAddress,
  startHaproxy,
  startSerfAgent,
  until,
  wholeNumber,
  type HaproxyPlace,
  type SerfAgent,
} from 'real-components'
import { fetchStatus, type AgentState } from '../src/index.js'

// Time from the Serf agent's log line for a join until HAProxy has the server: with serf-haproxy,
// and with a typical event handler that checks and reloads. Both follow the same cluster at the
// same time, each with its own HAProxy.

const command = benchCommand(
  'npm run bench -w packages/serf-haproxy --',
  'Measures joins with serf-haproxy, and with an event handler that reloads',
)
  .argument('[size]', 'members at the start', wholeNumber(1, 1000), 20)
  .argument('[joins]', 'joins that are measured', wholeNumber(1, 1000), 20)
  .parse()
const [size, joins] = command.processedArgs as [number, number]
const program = fileURLToPath(new URL('../../bin/serf-haproxy.js', import.meta.url))
const now = () => performance.timeOrigin + performance.now()
const endings: (() => unknown)[] = []
const tidy = { teardown: (end: () => unknown) => void endings.push(end) }

try {
  const key = gossipKey()
  const byHandler = haproxyPlace(tidy)
  const handler = handlerScript(byHandler)
  const lb = await startSerfAgent(tidy, {
    name: 'lb',
    key,
    eventHandlers: [`member-join=${handler}`],
  })
  writeFileSync(join(byHandler.folder, 'rpc'), `${lb.address}:${lb.rpcPort}`)
  const place = haproxyPlace(tidy)
  const file = join(place.folder, 'agent.yaml')
  const address = loopbackAddress()
  const listen = { address, port: await freePort(address) }
  writeFileSync(
    file,
    `
serf: { rpc: '${lb.address}:${lb.rpcPort}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '${address}:${await freePort(address)}', pool: nodes }]
pools: [{ name: nodes, role: web, port: 3000 }]
listen: '${listen.address}:${listen.port}'
`,
  )
  const other = await startHaproxy(tidy, byHandler, head(byHandler.runtimeSocket))
  writeFileSync(join(byHandler.folder, 'pid'), String(other.pid))
  // A separate process: the measurement must not slow it down.
  const agent = spawn(process.execPath, [program, 'run', '--config', file], { stdio: 'ignore' })
  tidy.teardown(() => endProcess(agent, 'SIGTERM'))
  await until('the first configuration', () => existsSync(place.configFile))
  await startHaproxy(tidy, place)
  const start = (name: string) =>
    startSerfAgent(tidy, { name, key, seeds: [lb], tags: { role: 'web' } })
  await Promise.all(Array.from({ length: size - 1 }, (_, i) => start(`n${i}`)))
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  await until(
    'the cluster in HAProxy',
    async () => (await runtime.servers(['nodes'])).length === size - 1,
    120_000,
  )
  const joined = noteJoins(lb)
  const before = (await fetchStatus(listen)).latency
  const times = { agent: [] as number[], handler: [] as number[] }
  for (let i = 0; i < joins; i++) {
    const name = `joiner${i}`
    const own = seenAt(place.runtimeSocket, name, 1)
    const other = seenAt(byHandler.runtimeSocket, name, 20)
    const joiner = await start(name)
    const [agentAt, handlerAt] = await Promise.all([own, other])
    const at = joined.get(name) ?? Number.NaN
    times.agent.push(agentAt - at)
    times.handler.push(handlerAt - at)
    await endProcess(joiner.process, 'SIGTERM')
    process.stderr.write(`\r${i + 1} of ${joins} joins`)
  }
  report(times.agent, times.handler, since(before, (await fetchStatus(listen)).latency))
} finally {
  for (const end of endings.toReversed()) await end()
}

function head(socket: string): string {
  return `global\n  stats socket ${socket} level admin\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nbackend nodes\n`
}

function p(list: readonly number[], share: number): number {
  const at = Math.min(list.length - 1, Math.floor(share * list.length))
  return list.toSorted((a, b) => a - b)[at] ?? Number.NaN
}

function report(
  agentMs: readonly number[],
  handlerMs: readonly number[],
  { buckets, count }: AgentState['latency'],
): void {
  const within = (share: number) =>
    buckets.find(each => each.count >= share * count)?.le ?? Infinity
  const haproxy = execFileSync('haproxy', ['-v'], { encoding: 'utf8' }).split(' ')[2]
  const [load = 0] = loadavg()
  const line = (what: string, list: readonly number[]) =>
    `${what.padEnd(34)} p50 ${p(list, 0.5).toFixed(1)} ms, p99 ${p(list, 0.99).toFixed(1)} ms`
  process.stdout.write(`
${new Date().toISOString().slice(0, 10)}, Node ${process.version}, HAProxy ${haproxy}, ${size} real Serf agents, ${joins} joins, load ${load.toFixed(1)}
${line('serf-haproxy, seen from outside', agentMs)}
serf-haproxy, its own histogram    p50 <= ${within(0.5)} ms, p99 <= ${within(0.99)} ms
${line('event handler that reloads', handlerMs)}
ratio of the medians               ${(p(handlerMs, 0.5) / p(agentMs, 0.5)).toFixed(0)}
`)
}

/** Returns the durations that were observed after the cluster had formed. */
function since(before: AgentState['latency'], after: AgentState['latency']): AgentState['latency'] {
  const buckets = after.buckets.map(({ le, count }, i) => ({
    le,
    count: count - (before.buckets[i]?.count ?? 0),
  }))
  return { buckets, sum: after.sum - before.sum, count: after.count - before.count }
}

/** Returns the time at which HAProxy first has a server. */
async function seenAt(socket: string, name: string, everyMs: number): Promise<number> {
  const runtime = createRuntimeClient({ socket })
  for (const giveUpAt = now() + 30_000; now() < giveUpAt; await wait(everyMs)) {
    const servers = await runtime.servers(['nodes']).catch(() => [])
    if (servers.some(server => server.name === name)) return now()
  }
  throw new Error(`${name} did not come to HAProxy within 30 s`)
}

/** Notes the time at which the load balancer's Serf agent logs each join. */
function noteJoins({ process: serf }: SerfAgent): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  serf.stdout?.on('data', (text: string) => {
    for (const [, name = ''] of text.matchAll(/EventMemberJoin: (\S+) /g))
      if (!times.has(name)) times.set(name, now())
  })
  return times
}

/** An event handler as Serf's users write it: read the members, write the file, check it, reload. */
function handlerScript({ folder, configFile, runtimeSocket }: HaproxyPlace): string {
  const command = join(folder, 'handler.sh')
  const script = `#!/bin/sh
cat > /dev/null
{
  printf 'global\\n  stats socket ${runtimeSocket} level admin\\ndefaults\\n  mode http\\n'
  printf '  timeout connect 1s\\n  timeout client 1s\\n  timeout server 1s\\nbackend nodes\\n'
  serf members -rpc-addr "$(cat ${folder}/rpc)" -status alive -tag role=web |
    awk '{ split($2, at, ":"); print "  server " $1 " " at[1] ":3000" }'
} > ${configFile}.new
haproxy -c -q -f ${configFile}.new && mv ${configFile}.new ${configFile} &&
  kill -USR2 "$(cat ${folder}/pid)"
`
  writeFileSync(command, script)
  chmodSync(command, 0o755)
  return command
}
