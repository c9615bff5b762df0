import { defaultTemplate, type Check, type PoolMember } from 'haproxy-config-render'
import t from 'tap'
import { byName } from '../by-name.js'
import { RejectedMembers } from '../../src/rendering/rejected-members.js'
import { renderMembers } from '../../src/rendering/render-members.js'
import { memberAt, rejection, smallestConfiguration } from './smallest-configuration.js'

const { signal } = new AbortController()

/** A HAProxy that rejects each text with one of these words, and the number of its checks. */
function haproxyRejecting(...words: string[]) {
  let checks = 0
  const check: Check = async text => {
    checks++
    const word = words.find(each => text.includes(each))
    return word === undefined ? { ok: true } : rejection(`[ALERT] ${word} is invalid`)
  }
  return { check, checks: () => checks }
}

const renderAll = (members: ReadonlyMap<string, PoolMember>) =>
  renderMembers(members, smallestConfiguration(), defaultTemplate)
const namesOf = (members: ReadonlyMap<string, unknown>) => [...members.keys()].toSorted()

const members = byName(memberAt('s1', 1), memberAt('evil', 2), memberAt('s3', 3))

t.test('the rejected member is found, and the rest is rendered', async t => {
  const rejected = new RejectedMembers(defaultTemplate, haproxyRejecting('evil').check)
  const rest = await rejected.renderRest(renderAll(members), members, { signal })
  if (rest.kind === 'rejected') throw new Error('it is the member')
  t.match(rest.quarantined, [{ member: 'evil', pool: 'web', code: 'rejected' }])
  t.match(rest.rendered.text, /server s1 [^]*server s3 /)
  t.notMatch(rest.rendered.text, /evil/)
})

t.test('a rejected member stays out without another check, until it changes', async t => {
  const { check, checks } = haproxyRejecting('evil')
  const rejected = new RejectedMembers(defaultTemplate, check)
  await rejected.renderRest(renderAll(members), members, { signal })
  const before = checks()
  const again = rejected.withoutRejected(members)
  t.same(namesOf(again.members), ['s1', 's3'])
  t.match(again.quarantined, [{ member: 'evil', code: 'rejected' }])
  t.equal(checks(), before)
  const moved = byName(
    ...[...members.values()].map(each => ({
      ...each,
      address: `10.0.1.${each.address.slice(-1)}`,
    })),
  )
  t.same(namesOf(rejected.withoutRejected(moved).members), ['evil', 's1', 's3'])
  t.same(namesOf(rejected.withoutRejected(members).members), ['evil', 's1', 's3'], 'forgotten')
})

const evil = (tags: Readonly<Record<string, string>>) => byName(memberAt('evil', 2, tags))

t.test('the order of tags is not a change, and another tag is', async t => {
  const rejected = new RejectedMembers(defaultTemplate, haproxyRejecting('evil').check)
  const first = evil({ a: '1', b: '2' })
  await rejected.renderRest(renderAll(first), first, { signal })
  t.same(namesOf(rejected.withoutRejected(evil({ b: '2', a: '1' })).members), [])
  t.same(namesOf(rejected.withoutRejected(evil({ a: '1', b: '3' })).members), ['evil'])
})

t.test('a member that left is forgotten', async t => {
  const rejected = new RejectedMembers(defaultTemplate, haproxyRejecting('evil').check)
  await rejected.renderRest(renderAll(members), members, { signal })
  t.same(rejected.withoutRejected(byName(memberAt('s1', 1))).quarantined, [])
  t.same(namesOf(rejected.withoutRejected(members).members), ['evil', 's1', 's3'])
})

t.test('a text that is rejected without members too is searched once', async t => {
  const { check, checks } = haproxyRejecting('backend')
  const rejected = new RejectedMembers(defaultTemplate, check)
  const report = { kind: 'rejected', report: '[ALERT] backend is invalid' } as const
  t.same(await rejected.renderRest(renderAll(members), members, { signal }), report)
  const before = checks()
  t.ok(before > 0)
  t.same(await rejected.renderRest(renderAll(members), members, { signal }), report)
  t.equal(checks(), before, 'the same text')
  const others = byName(memberAt('s9', 9))
  await rejected.renderRest(renderAll(others), others, { signal })
  t.ok(checks() > before, 'another text')
})

t.test('rejections add up over several searches', async t => {
  const rejected = new RejectedMembers(defaultTemplate, haproxyRejecting('evil', 'bad').check)
  await rejected.renderRest(renderAll(members), members, { signal })
  const more = byName(...rejected.withoutRejected(members).members.values(), memberAt('bad', 4))
  await rejected.renderRest(renderAll(more), more, { signal })
  const { members: rest } = rejected.withoutRejected(
    byName(...members.values(), memberAt('bad', 4)),
  )
  t.same(namesOf(rest), ['s1', 's3'])
})

t.test('a search ends when it is aborted', async t => {
  const rejected = new RejectedMembers(defaultTemplate, haproxyRejecting('evil').check)
  const aborted = AbortSignal.abort(new Error('stopped'))
  await t.rejects(rejected.renderRest(renderAll(members), members, { signal: aborted }), {
    message: 'stopped',
  })
})
