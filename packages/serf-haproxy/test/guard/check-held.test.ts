import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { decide } from '../../src/decision/decide.js'
import { noMemory } from '../../src/decision/member-memory.js'
import { checkHeld } from '../../src/guard/check-held.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'
import { membershipOf } from '../sample-membership.js'

const tags = { role: 'web', app: 'shop' }
const pool = { name: 'nodes', role: 'web', port: 3000 }

/** Facts of two members. */
function factsOf() {
  const { members, ...rest } = membershipOf({ s1: 'alive', s2: 'alive' })
  const tagged = [...members].map(([name, member]) => [name, { ...member, tags }] as const)
  return { membership: { ...rest, members: new Map(tagged) }, servers: undefined, wallTime: 0 }
}

interface Settings {
  readonly pools?: readonly object[]
  readonly template?: string
}

/** Judges a configuration without a memory, while HAProxy runs another one. */
async function judge(t: Test, running: Settings, next: Settings) {
  const folder = temporaryFolder(t)
  const facts = factsOf()
  const roundOf = async ({ pools = [pool], template }: Settings, name: string) => {
    const file = join(folder, name)
    if (template !== undefined) writeFileSync(file, template)
    const own = template === undefined ? {} : { template: file }
    const renderer = await openRenderer(configurationIn(folder, { pools, ...own }))
    const decision = decide(noMemory, facts, renderer.rules, 0)
    const rendering = renderer.render(decision.admitted, new Map())
    return { renderer, configuration: renderer.configuration, decision, rendering }
  }
  const before = await roundOf(running, 'before.hbs')
  const { configFile, runtimeSocket, masterSocket = '' } = before.configuration.haproxy
  writeFileSync(configFile, before.rendering.rendered.text)
  const haproxy = await startFakeHaproxy({ configFile, runtimeSocket, masterSocket })
  t.teardown(() => haproxy.close())
  const { renderer, ...judged } = await roundOf(next, 'next.hbs')
  return checkHeld(judged, { facts, renderer })
}

const template = (more: string) =>
  `defaults\n  mode http\n{{#each pools}}\nbackend {{name}}\n  {{servers this}}\n{{/each}}\n${more}`

/** A template that prints a pool into a section of another name. */
const other = (name: string) =>
  `backend other\n{{#each (where pools "name" "${name}")}}\n  {{servers this}}\n{{/each}}\n`

t.test('a pool that is renamed before a start without a memory is held', async t => {
  const held = await judge(t, {}, { pools: [{ ...pool, name: 'apps' }] })
  t.match(held?.reason, /^pools: no pool nodes is configured any more: .* 2 of 2 servers/)
})

t.test('a slip in the tag that makes the pools is held without a memory', async t => {
  const held = await judge(
    t,
    { pools: [{ ...pool, perTag: 'app' }] },
    { pools: [{ ...pool, perTag: 'ap' }] },
  )
  t.match(held?.reason, /2 of 2 servers of pool nodes-shop/)
})

t.test('a slip in a template that prints a pool into another section is held', async t => {
  const running = { template: other('nodes') }
  t.match((await judge(t, running, { template: other('node') }))?.reason, /2 servers of pool other/)
  t.equal(await judge(t, running, running), undefined)
})

t.test('servers that the template writes by itself are not held', async t => {
  const byHand = 'backend legacy\n  server s1 127.0.0.9:80\n  server s2 127.0.0.9:81\n'
  const running = { template: template(byHand) }
  t.equal(await judge(t, running, running), undefined)
})

t.test('a pool that is removed on purpose is not held without a memory', async t => {
  t.equal(await judge(t, { pools: [pool, { ...pool, name: 'more' }] }, {}), undefined)
})
