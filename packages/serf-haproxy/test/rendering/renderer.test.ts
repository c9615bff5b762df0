import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from 'haproxy-config-render'
import t from 'tap'
import { openRenderer } from '../../src/rendering/renderer.js'
import { memberAt, rejection, smallestConfiguration } from './smallest-configuration.js'

const { signal } = new AbortController()
const noIncumbents: ReadonlySet<string> = new Set()

const rejectsEvil: Check = async text =>
  text.includes('evil') ? rejection('evil is invalid') : { ok: true }

t.test('the rules are those of the configuration', async t => {
  const guard = { maxLostShare: 0.2, minServers: 3, windowMs: 5 }
  const { rules } = await openRenderer(smallestConfiguration({ failedGraceMs: 7, guard }))
  t.strictSame(rules, { failedGraceMs: 7, guard, damping: { flaps: 5, halfLifeMs: 30_000 } })
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
  const members = [memberAt('s1', 1), memberAt('evil', 2), memberAt('not a name', 3)]
  const first = renderer.render(members, noIncumbents)
  t.match(first.quarantined, [{ member: 'not a name', code: 'name' }])
  const accepted = await renderer.renderAccepted(first, signal)
  t.match(accepted?.quarantined, [
    { member: 'not a name', code: 'name' },
    { member: 'evil', code: 'rejected' },
  ])
  t.notMatch(accepted?.rendered.text, /evil/)
  const next = renderer.render(members, noIncumbents)
  t.equal(next.rendered.text, accepted?.rendered.text)
  t.same(
    next.members.map(({ name }) => name),
    ['s1', 'not a name'],
  )
  t.same(next.quarantined.map(({ code }) => code).toSorted(), ['name', 'rejected'])
})

const check: Check = async () => rejection('the template is invalid')

t.test('without a member as the cause there is no accepted rendering', async t => {
  const renderer = await openRenderer(smallestConfiguration(), { check })
  const rendering = renderer.render([memberAt('s1', 1)], noIncumbents)
  t.equal(await renderer.renderAccepted(rendering, signal), undefined)
})

t.test('a text is checked with the configured program, in a file of its own', async t => {
  const folder = t.testdir({
    accepts: '#!/bin/sh\ngrep -q good "$3"\n',
    rejects: '#!/bin/sh\necho "[ALERT] (1) : [$3:2] no" >&2\nexit 1\n',
  })
  const checkWith = async (program: string, text: string) => {
    const binary = join(folder, program)
    chmodSync(binary, 0o755)
    const { haproxy } = smallestConfiguration()
    const renderer = await openRenderer(smallestConfiguration({ haproxy: { ...haproxy, binary } }))
    return renderer.check(text, { signal })
  }
  t.match(await checkWith('accepts', 'good'), { ok: true })
  t.match(await checkWith('accepts', 'bad'), { ok: false })
  t.match(await checkWith('rejects', 'good'), { ok: false, report: /\[haproxy\.cfg:2\] no/ })
})
