import { join } from 'node:path'
import t from 'tap'
import {
  createUserPolicy,
  loadUserPolicy,
  type PolicyMember,
} from '../../src/decision/user-policy.js'

const member = (name: string): PolicyMember => ({
  name,
  address: '10.0.0.1',
  tags: { role: 'b' },
  status: 'alive',
  suspect: false,
})

t.test('a custom policy gets frozen members, and its result is checked', async t => {
  const given = [member('s1'), member('s2')]
  const asked = (policy: (members: readonly PolicyMember[]) => unknown) => () =>
    createUserPolicy('p.js', policy as (members: unknown) => unknown)(given)
  t.same([...asked(members => members.slice(1))().keys()], ['s2'])
  const wrong: readonly [string, (members: readonly PolicyMember[]) => unknown, RegExp][] = [
    [
      'an exception',
      () => {
        throw new Error('out of luck')
      },
      /failed: out of luck; the last good state stays/,
    ],
    ['no list', async () => [], /invalid result: .*got the result: .*expected array/],
    ['an unknown member', () => [member('s9')], /got unknown member "s9"/],
    ['a member twice', members => [members[0], members[0]], /got member "s1" twice/],
    ['a member without tags', () => [{ name: 's1', address: '' }], /0\.tags/],
    [
      'a change of its input',
      members => {
        Object.assign(members[0] ?? {}, { name: 'x' })
      },
      /read only/,
    ],
  ]
  for (const [name, policy, message] of wrong)
    t.throws(asked(policy), { code: 'policy', message }, name)
})

t.test('a custom policy is a module with a function as its default export', async t => {
  const folder = t.testdir({
    'good.mjs': 'export default members => members.filter(({ name }) => name !== "s1")',
    'bad.mjs': 'export const policy = 1',
    'broken.mjs': 'export default (',
  })
  const policy = await loadUserPolicy(join(folder, 'good.mjs'))
  t.same([...policy([member('s1'), member('s2')]).keys()], ['s2'])
  const code = 'configuration'
  await t.rejects(loadUserPolicy(join(folder, 'bad.mjs')), {
    code,
    message: /invalid default export of .*bad\.mjs: expected a function .*, got undefined/,
  })
  await t.rejects(loadUserPolicy(join(folder, 'broken.mjs')), { code, message: /cannot load/ })
  await t.rejects(loadUserPolicy(join(folder, 'none.mjs')), { code, message: /cannot load/ })
})
