import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from 'haproxy-config-render'
import t from 'tap'
import { byName } from '../by-name.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { memberAt, rejection, smallestConfiguration } from './smallest-configuration.js'

const { signal } = new AbortController()
const noIncumbents = new Map()

const rejectsEvil: Check = async text =>
  text.includes('evil') ? rejection('evil is invalid') : { ok: true }

t.test('the rules are those of the configuration', async t => {
  const guard = { maxLostShare: 0.2, minServers: 3, windowMs: 5 }
  const { rules } = await openRenderer(
    smallestConfiguration({ failedGraceMs: 7, leavingGraceMs: 9, guard }),
  )
  const damping = { flaps: 5, halfLifeMs: 30_000 }
  t.strictSame(rules, { failedGraceMs: 7, leavingGraceMs: 9, guard, damping })
})

t.test('a custom policy is loaded, and a missing one is an error', async t => {
  const folder = t.testdir({ 'p.mjs': 'export default () => []' })
  const { rules } = await openRenderer(smallestConfiguration({ policy: join(folder, 'p.mjs') }))
  t.equal(rules.userPolicy?.([]).size, 0)
  await t.rejects(openRenderer(smallestConfiguration({ policy: join(folder, 'no.mjs') })), {
    code: 'configuration',
    message: /^policy: cannot load/,
  })
})

t.test('members with lines that HAProxy rejects are left out from then on', async t => {
  const renderer = await openRenderer(smallestConfiguration(), { check: rejectsEvil })
  const members = byName(memberAt('s1', 1), memberAt('evil', 2), memberAt('not a name', 3))
  const first = renderer.render(members, noIncumbents)
  t.match(first.quarantined, [{ member: 'not a name', code: 'name' }])
  const rest = await renderer.renderAccepted(first, signal)
  if (rest.kind === 'rejected') throw new Error('it is the member')
  const accepted = rest.rendering
  t.match(accepted.quarantined, [
    { member: 'not a name', code: 'name' },
    { member: 'evil', code: 'rejected' },
  ])
  t.notMatch(accepted.rendered.text, /evil/)
  const next = renderer.render(members, noIncumbents)
  t.equal(next.rendered.text, accepted.rendered.text)
  t.same([...next.members.keys()], ['s1', 'not a name'])
  t.same(next.quarantined.map(({ code }) => code).toSorted(), ['name', 'rejected'])
})

const check: Check = async () => rejection('the template is invalid')

t.test('without a member as the cause there is no accepted rendering', async t => {
  const renderer = await openRenderer(smallestConfiguration(), { check })
  const rendering = renderer.render(byName(memberAt('s1', 1)), noIncumbents)
  t.same(await renderer.renderAccepted(rendering, signal), {
    kind: 'rejected',
    report: 'the template is invalid',
  })
})

t.test(
  'a rendering is validated with the configured program; errors have the template’s line',
  async t => {
    const folder = t.testdir({
      accepts: '#!/bin/sh\ngrep -q backend "$3"\n',
      rejects: '#!/bin/sh\necho "[NOTICE] (1) : version\n[ALERT] (1) : [$3:2] no" >&2\nexit 1\n',
      'my.hbs': 'global\n{{#each pools}}\n# two\n{{/each}}\nbackend x\n',
    })
    const validateWith = async (program: string) => {
      const binary = join(folder, program)
      chmodSync(binary, 0o755)
      const haproxy = {
        ...smallestConfiguration().haproxy,
        binary,
        configFile: join(folder, 'h.cfg'),
      }
      const configuration = smallestConfiguration({ haproxy, template: join(folder, 'my.hbs') })
      const renderer = await openRenderer(configuration)
      return renderer.validate(renderer.render(new Map(), noIncumbents), signal)
    }
    t.match(await validateWith('accepts'), { kind: 'accepted' })
    t.match(await validateWith('rejects'), {
      kind: 'rejected',
      report: 'my.hbs:3: [h.cfg:2] no',
      errors: [{ template: 'my.hbs', templateLine: 3, line: 2 }],
    })
  },
)

t.test('a template that is wrong without any member is refused when it is loaded', async t => {
  const folder = t.testdir({ 'my.hbs': 'global\n  maxconn {{stats.port}}\n' })
  await t.rejects(openRenderer(smallestConfiguration({ template: join(folder, 'my.hbs') })), {
    name: 'RenderError',
    message: 'my.hbs:2:11: The model has no stats.port here',
  })
})
