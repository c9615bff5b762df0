import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import {
  freePort,
  loopbackAddress,
  startApplication,
  startSerfAgent,
  until,
  type SerfAgent,
} from 'real-components'
import t, { type Test } from 'tap'
import { key, rpcKey, skip, startCluster, type RealCluster } from './real-cluster.js'
import { startTraffic } from './traffic.js'
import { undisturbed } from './undisturbed.js'

const run = promisify(execFile)
const more = 'guard: { minServers: 0 }\nleavingGraceMs: 2000'

/** Sends `serf force-leave` for each of these members, in turn. */
async function forceLeave({ lb }: RealCluster, names: readonly string[]): Promise<void> {
  const rpc = [`-rpc-addr=${lb.address}:${lb.rpcPort}`, `-rpc-auth=${rpcKey}`]
  for (const name of names) await run('serf', ['force-leave', ...rpc, name])
}

/** Resolves when each of these servers has the weight that it had at first, and HAProxy has found it healthy. */
async function healthy(made: RealCluster, ...names: readonly string[]): Promise<void> {
  await until(`${names.join(', ')} to be healthy`, async () => {
    const servers = await made.servers()
    return names.every(name =>
      servers.some(
        each =>
          each.name === name && each.lastCheck === 'passed' && each.weight === each.initialWeight,
      ),
    )
  })
}

/** Changes the tag that the pool selects by, on one member after the other. */
async function setRole(members: readonly SerfAgent[], role: string): Promise<void> {
  for (const { address, rpcPort } of members)
    await run('serf', ['tags', `-rpc-addr=${address}:${rpcPort}`, '-set', `role=${role}`])
}

/** Has a member leave as its node's stop does, and resolves when its Serf agent has ended. */
async function leave({ process: serf }: SerfAgent): Promise<void> {
  const ended = new Promise(resolve => serf.once('exit', resolve))
  serf.kill('SIGTERM')
  await ended
}

/** Starts a member whose application is not there yet. */
async function startingMember(t: Test, { lb }: RealCluster, name: string) {
  const address = loopbackAddress()
  const port = await freePort(address)
  const at = { address, gossipPort: await freePort(address), rpcPort: await freePort(address) }
  const tags = { role: 'backend', port: String(port) }
  await startSerfAgent(t, { name, key, tags, seeds: [lb], at })
  return { startApplication: () => startApplication(t, { host: address, port }) }
}

t.test(
  'force-leave of every living member, again and again, fails no request',
  { skip },
  async t => {
    const made = await startCluster(t, { more })
    const names = ['s1', 's2', 's3']
    await Promise.all(names.map(name => made.member(name)))
    await healthy(made, ...names)
    await undisturbed(t, made, names, async () => {
      for (let round = 0; round < 14; round++) {
        await forceLeave(made, names)
        await wait(150)
      }
      await healthy(made, ...names)
    })
    const texts = made.events.map(({ text }) => text)
    t.ok(
      texts.some(text => /^s[123] is leaving/.test(text)),
      'Serf called living members leaving',
    )
  },
)

t.test('tags of all members that no pool selects any more fail no request', { skip }, async t => {
  const made = await startCluster(t, { more })
  const members = await Promise.all([made.member('s1'), made.member('s2')])
  await healthy(made, 's1', 's2')
  const traffic = startTraffic(made.url)
  t.teardown(traffic.stop)
  await setRole(members, 'backnd')
  await until('the last server to be held', () => made.agent.state().mode === 'held')
  t.match(made.agent.state().held?.reason, 'no other server of pool nodes is healthy in HAProxy')
  t.match(made.agent.explain('s2'), {
    now: /^s2 is held in nodes: its new tags or address would take its traffic; but no other/,
    decidedBy: 'last-healthy',
  })
  await setRole(members, 'backend')
  await healthy(made, 's1', 's2')
  await until('nothing to be held', () => made.agent.state().mode === 'following')
  const { requests, failures } = await traffic.stop()
  t.same(failures, [], `of ${requests} requests none failed`)
})

t.test(
  'all old servers leave while the new ones are starting: they answer until a new one is healthy',
  { skip },
  async t => {
    const made = await startCluster(t, { more })
    const old = await Promise.all(['s1', 's2'].map(name => made.member(name)))
    await healthy(made, 's1', 's2')
    const traffic = startTraffic(made.url)
    t.teardown(traffic.stop)
    const starting = await Promise.all(['n1', 'n2'].map(name => startingMember(t, made, name)))
    await made.pool('n1', 'n2', 's1', 's2')
    await Promise.all(old.map(leave))
    await until('both to have left', () =>
      made.agent
        .state()
        .members.every(({ name, status }) => !name.startsWith('s') || status === 'left'),
    )
    const serving = (await made.servers()).filter(
      ({ health, weight, lastCheck }) => health === 'up' && weight > 0 && lastCheck === 'passed',
    )
    t.ok(serving.length > 0 && serving.every(({ name }) => name.startsWith('s')))
    await Promise.all(starting.map(each => each.startApplication()))
    await made.pool('n1', 'n2')
    for (const { application } of old) await application.stop()
    await healthy(made, 'n1', 'n2')
    const { requests, failures } = await traffic.stop()
    t.same(failures, [], `of ${requests} requests none failed`)
    t.match(made.agent.state(), { mode: 'following' })
  },
)

t.test(
  'an orderly scale to 0 fails no request before the last member has left',
  { skip },
  async t => {
    const made = await startCluster(t, { more })
    const [s1, s2] = await Promise.all([made.member('s1'), made.member('s2')])
    await healthy(made, 's1', 's2')
    const traffic = startTraffic(made.url)
    t.teardown(traffic.stop)
    for (const node of [s1, s2]) {
      await leave(node)
      await node.application.stop()
    }
    await made.pool()
    const { requests, failures } = await traffic.stop()
    const left = made.events.find(({ kind, text }) => kind === 'membership' && /s2 left/.test(text))
    const end = new Date(left?.at ?? NaN).toISOString()
    const early = failures.filter(text => text < end)
    t.same(early, [], `of ${requests} requests none failed until ${end}`)
    t.equal(made.agent.state().mode, 'following')
    t.equal(made.agent.state().held, undefined, 'nothing waits for an operator')
  },
)
