import { utimesSync, writeFileSync } from 'node:fs'
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

function errorOf(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('expected an error')
}

const returning = (result: unknown) => () => createUserPolicy('p.js', () => result)([member('s1')])

t.test('a result is checked for its shape, and the first invalid field is named', async t => {
  const s1 = { name: 's1', address: '10.0.0.1', tags: {} }
  const invalid: readonly [string, unknown, RegExp][] = [
    ['nothing', undefined, /got the result: /],
    ['an object', { s1 }, /got the result: /],
    ['a name only', ['s1'], /got 0: /],
    ['a tag that is a number', [{ ...s1, tags: { weight: 5 } }], /got 0\.tags\.weight: /],
    ['an address that is missing', [{ ...s1, address: undefined }], /got 0\.address: /],
    ['a drain mark that is a text', [{ ...s1, draining: 'yes' }], /got 0\.draining: /],
    ['a second member that is invalid', [s1, {}], /got 1\.name: /],
  ]
  for (const [name, result, message] of invalid)
    t.throws(returning(result), { code: 'policy', message }, name)
})

t.test(
  'an error of a policy names its file, keeps its cause, and shortens hostile names',
  async t => {
    const cause = new TypeError('no such field')
    const fails = createUserPolicy('/etc/p.mjs', () => {
      throw cause
    })
    t.throws(() => fails([]), { message: /policy \/etc\/p\.mjs failed: no such field/, cause })
    const long = errorOf(returning([member('\u001B'.repeat(5000))]))
    t.ok(long.message.length < 1000)
    t.notOk(long.message.includes('\u001B'))
  },
)

t.test('a policy cannot change tags of the member that it gets', async t => {
  const policy = createUserPolicy('p.js', members => {
    const [first] = members as PolicyMember[]
    Object.assign(first?.tags ?? {}, { role: 'admin' })
    return members
  })
  const given = member('s1')
  t.throws(() => policy([given]), { code: 'policy', message: /read only/ })
  t.same(given.tags, { role: 'b' })
})

t.test('a changed policy file is loaded again', async t => {
  const folder = t.testdir({ 'p.mjs': 'export default () => []' })
  const file = join(folder, 'p.mjs')
  utimesSync(file, 1, 1)
  t.equal((await loadUserPolicy(file))([member('s1')]).size, 0)
  writeFileSync(file, 'export default members => members')
  utimesSync(file, 2, 2)
  t.equal((await loadUserPolicy(file))([member('s1')]).size, 1)
})
