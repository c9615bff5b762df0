import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { VersionedMap } from 'versioned-map'
import { noFlaps } from '../../src/decision/flap-damping.js'
import { memoryAsData, noMemory, type RememberedMember } from '../../src/decision/member-memory.js'
import { StateText } from '../../src/storage/state-text.js'

const known = (name: string, more: Partial<RememberedMember> = {}): RememberedMember => ({
  member: { name, address: '10.0.0.1', tags: { a: name } },
  pools: ['nodes'],
  isAdmitted: true,
  flapState: noFlaps,
  ...more,
})

/** Parses a text as a set of members: their order means nothing. */
function parsed(text: string): { members?: { name: string }[]; frozen?: unknown; version: number } {
  const { members, ...rest } = JSON.parse(text) as ReturnType<typeof parsed>
  const sorted = members?.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { ...rest, ...(sorted && { members: sorted }) }
}

t.test('after any changes the text is that of the whole state', async () => {
  const change = fc.record({
    name: fc.constantFrom('a', 'b', 'c', '__proto__', 'ü"\n'),
    to: fc.constantFrom(undefined, {}, { isAdmitted: false }, { isDraining: true as const }),
    isFrozen: fc.boolean(),
    isDrained: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(change), changes => {
      const text = new StateText()
      let members = VersionedMap.of<string, RememberedMember>([])
      for (const { name, to, isFrozen, isDrained } of changes) {
        members = members.with([[name, to && known(name, to)]])
        const frozen = isFrozen ? { since: 1 } : undefined
        const drain = { member: name, since: 1 }
        const drained = new Map(isDrained ? [[name, drain]] : [])
        text.update({ memory: { members }, frozen, drained })
        const drains = isDrained ? [drain] : undefined
        const whole = { version: 1, members: memoryAsData({ members }), frozen, drained: drains }
        assert.deepStrictEqual(parsed(text.format()), parsed(JSON.stringify(whole)))
      }
    }),
  )
})

t.test('the revision changes with the text only', async t => {
  const text = new StateText()
  const members = new Map([['a', known('a')]])
  const first = text.update({ memory: { members }, frozen: undefined })
  const equal = new Map([['a', known('a', { doubtedSince: 7 })]])
  t.equal(text.update({ memory: { members: equal }, frozen: undefined }), first)
  t.not(text.update({ memory: { members }, frozen: { since: 1 } }), first)
})

t.test('a state without a memory has no members', async t => {
  const text = new StateText()
  const first = text.update({ memory: undefined, frozen: { since: 2 } })
  t.equal(text.format(), '{"version":1,"frozen":{"since":2}}')
  t.not(text.update({ memory: noMemory, frozen: { since: 2 } }), first)
  t.equal(text.format(), '{"version":1,"members":[],"frozen":{"since":2}}')
})

t.test('one change among thousands formats one member', async t => {
  let formatted = 0
  const counted = (name: string) => {
    const member = known(name)
    return {
      ...member,
      get member() {
        formatted++
        return member.member
      },
    }
  }
  const names = Array.from({ length: 3000 }, (_, i) => `m${i}`)
  const members = VersionedMap.of(names.map(name => [name, counted(name)] as const))
  const text = new StateText()
  text.update({ memory: { members }, frozen: undefined })
  t.equal(formatted, 3000)
  text.update({ memory: { members: members.with([['m7', counted('m7')]]) }, frozen: undefined })
  t.equal(formatted, 3001)
})
