import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import { createAgent } from '../../src/agent/create-agent.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { healthOf, readinessOf } from '../../src/reporting/health.js'
import { skip, startCluster, type RealCluster } from './real-cluster.js'
import { undisturbed } from './undisturbed.js'

const names = ['s1', 's2', 's3']

/** A cluster of three members that serve. */
async function servingCluster(...[t, options]: Parameters<typeof startCluster>) {
  const made = await startCluster(t, options)
  await Promise.all(names.map(name => made.member(name)))
  await made.pool(...names)
  return made
}

/** Replaces a text of a file, and has the agent read its configuration again. */
async function edit({ agent, file }: RealCluster, of: string, from: string, to: string) {
  const text = readFileSync(of, 'utf8')
  if (!text.includes(from)) throw new Error(`expected ${from} in ${of}`)
  writeFileSync(of, text.replace(from, to))
  return agent.configure(() => loadConfiguration(file))
}

t.test(
  'a slip in a selector is held while every request is answered, and the edit back ends it',
  { skip },
  async t => {
    const made = await servingCluster(t)
    const { agent, file } = made
    await undisturbed(t, made, names, async () => {
      const reason = await edit(made, file, 'role: backend', 'role: backnd')
      t.match(
        reason,
        /pools\.nodes\.tags\.role: expected backnd, got backend .* 3 of 3 servers of pool nodes/,
      )
      t.match(agent.state(), { mode: 'held', heldChange: { reason } })
      t.match(healthOf(agent.state()), {
        status: 'degraded',
        reasons: [/^a change of the configuration is held: pools\.nodes\.tags\.role/],
      })
      t.match(readinessOf(agent.state()), { ready: true, reasons: [/is held: pools/] })
      // The configuration before stays in use: it follows the cluster.
      await made.member('s4')
      await made.pool(...names, 's4')
      t.equal(await edit(made, file, 'role: backnd', 'role: backend'), undefined)
      t.equal(agent.state().mode, 'following')
    })
    const held = made.events.filter(({ kind }) => kind === 'held' || kind === 'released')
    t.match(held[0], { kind: 'held', text: /^A change of the configuration is held/ })
    t.match(held.at(-1), { kind: 'released' })
  },
)

/** Starts another agent with a configuration, as after a restart. */
function secondAgent(t: Test, file: string) {
  const agent = createAgent(loadConfiguration(file), { file })
  const end = new AbortController()
  const running = agent.run({ signal: end.signal })
  t.teardown(async () => {
    end.abort()
    await running
  })
  return agent
}

const template = (pool: string) => `
global
  stats socket {{runtimeSocket}} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
{{#each frontends}}
frontend {{name}}
  bind {{bind.address}}:{{bind.port}}
  default_backend nodes
{{/each}}
backend nodes
{{#each (where pools "name" "${pool}")}}
  {{servers this}}
{{/each}}
`

t.test(
  'a template that prints a pool nowhere is held until an operator accepts it',
  { skip },
  async t => {
    const made = await servingCluster(t, { template: template('nodes') })
    const { agent, place } = made
    const own = join(place.folder, 'own.hbs')
    await undisturbed(t, made, names, async () => {
      const reason = await edit(made, own, '"name" "nodes"', '"name" "node"')
      t.match(reason, /template: .*own\.hbs prints no line for s1 in pool nodes/)
      t.match(reason, /the template prints pool nodes nowhere/)
    })
    t.equal(agent.acceptRemovals(), true)
    await until('the pool to be empty', async () => (await made.servers()).length === 0)
    await until('the state', () => agent.state().unprinted)
    t.match(agent.state(), { mode: 'following', unprinted: ['nodes'] })
    t.same(healthOf(agent.state()).reasons, [
      'the template prints pool nodes nowhere: its members get no traffic',
    ])
    const [s1] = agent.state().members.filter(({ name }) => name === 's1')
    t.match(s1, { standing: 'not-selected', reason: 'the template prints its pool nowhere: nodes' })
    t.equal(agent.acceptRemovals(), false)
  },
)

t.test(
  'an agent that starts with a slip beside running servers applies nothing until it is undone',
  { skip },
  async t => {
    const made = await servingCluster(t)
    const { file } = made
    await made.stop()
    const good = readFileSync(file, 'utf8')
    const slip = good.replace('tag: port', 'tag: prt').replace(/, default: \d+/, '')
    writeFileSync(file, slip)
    const second = secondAgent(t, file)
    await undisturbed(t, { ...made, agent: second }, names, async () => {
      await until('the hold', () => second.state().heldChange)
      t.match(
        second.state().heldChange?.reason,
        /pools\.nodes\.port: its tag prt: .* 3 of 3 servers/,
      )
      t.match(readinessOf(second.state()), { ready: false, reasons: { length: 2 } })
      writeFileSync(file, good)
      t.equal(await second.configure(() => loadConfiguration(file)), undefined)
      await until('the end of the hold', () => second.state().mode === 'following')
    })
    await until('readiness', () => readinessOf(second.state()).ready)
    t.match(readinessOf(second.state()), { ready: true, reasons: [] })
  },
)

t.test(
  'an agent that starts with a line that HAProxy rejects for each member empties no pool',
  { skip },
  async t => {
    const good = template('nodes')
    const made = await servingCluster(t, { template: good })
    const { file, place } = made
    await made.stop()
    const own = join(place.folder, 'own.hbs')
    const line = '{{#each servers}}\n  server {{name}} {{address}}:{{port}} bogus\n{{/each}}'
    writeFileSync(own, good.replace('{{servers this}}', line))
    const second = secondAgent(t, file)
    await undisturbed(t, { ...made, agent: second }, names, async () => {
      await until('the hold', () => second.state().heldChange)
      t.match(second.state().heldChange?.reason, /^HAProxy rejects their lines: .* 3 of 3 servers/)
      t.match(healthOf(second.state()), { status: 'degraded' })
      writeFileSync(own, good)
      t.equal(await second.configure(() => loadConfiguration(file)), undefined)
      await until('the end of the hold', () => second.state().mode === 'following')
    })
    t.equal(second.state().heldChange, undefined)
  },
)
