import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import { until } from 'real-components'
import t from 'tap'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember, type FakeMember } from './fake-membership.js'

function inZone(i: number): FakeMember {
  const member = fakeMember(i)
  return { ...member, tags: { ...member.tags, zone: 'a' } }
}

t.test(
  'a member whose tag the template cannot print is left out, and the others are followed',
  { skip },
  async t => {
    const { file, folder, servers } = await startPlace(t)
    writeFileSync(
      join(folder, 'my.hbs'),
      defaultTemplate.source.replace(
        '  {{servers this}}\n',
        '{{#each servers}}\n  # {{name}} of {{tags.zone}}\n{{/each}}\n  {{servers this}}\n',
      ),
    )
    const yaml = readFileSync(file, 'utf8').replace('role: backend', '$&, printTags: [zone]')
    writeFileSync(file, `${yaml}template: my.hbs\n`)
    const { agent, tell } = runAgent(t, file)
    const names = async () => (await servers()).map(({ name }) => name).toSorted()
    tell([inZone(1), inZone(2), fakeMember(3)])
    await until('the two in a zone', async () => (await names()).join() === 's1,s2')
    await until('the quarantine', () => agent.state().quarantined.length > 0)
    t.match(agent.state().quarantined, [
      { member: 's3', pool: 'nodes', code: 'tag', reason: /my\.hbs:\d+:\d+: .*tags\.zone/ },
    ])
    tell([inZone(1), fakeMember(3), inZone(4)])
    await until('the change', async () => (await names()).join() === 's1,s4')
    t.equal(agent.state().fault, undefined)
  },
)
