import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lockHaproxy } from '../src/haproxy/haproxy-lock.js'
import { loadUserPolicy, createUserPolicy, type PolicyMember } from '../src/decision/user-policy.js'
import {
  overridesFromEnvironment,
  overridesFromFlags,
  applyOverrides,
} from '../src/configuration/overrides.js'

const member = (name: string): PolicyMember => ({
  name,
  address: '10.0.0.1',
  tags: { role: 'b' },
  status: 'alive',
  suspect: false,
})

t.test('an own policy is given frozen members, and its answer is looked at', async t => {
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
    ['no list', async () => [], /bad answer: its answer: .*expected array/],
    ['somebody else', () => [member('s9')], /returns "s9", whom it was not given/],
    ['somebody twice', members => [members[0], members[0]], /returns "s1" twice/],
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

t.test('an own policy is a module with a function as its default', async t => {
  const folder = t.testdir({
    'good.mjs': 'export default members => members.filter(({ name }) => name !== "s1")',
    'bad.mjs': 'export const policy = 1',
    'broken.mjs': 'export default (',
  })
  const policy = await loadUserPolicy(join(folder, 'good.mjs'))
  t.same([...policy([member('s1'), member('s2')]).keys()], ['s2'])
  const code = 'configuration'
  await t.rejects(loadUserPolicy(join(folder, 'bad.mjs')), { code, message: /exports undefined/ })
  await t.rejects(loadUserPolicy(join(folder, 'broken.mjs')), { code, message: /cannot load/ })
  await t.rejects(loadUserPolicy(join(folder, 'none.mjs')), { code, message: /cannot load/ })
})

t.test('the environment and flags are put over the file, and a wrong flag is told', async t => {
  const settings = [
    ...overridesFromEnvironment({
      SERF_HAPROXY_SERF_AUTH_KEY_FILE: 'k',
      SERF_HAPROXY_RESYNC_MS: '250',
      SERF_HAPROXY_SERVICE_HOST: 'somebody else’s',
      PATH: '/bin',
    }),
    ...overridesFromFlags(['haproxy.maxConnections=7', 'serf.rpc=[::1]:7373', 'reconcileMs=many']),
  ]
  t.same(applyOverrides({ serf: { rpc: '127.0.0.1:1' }, pools: [] }, settings), {
    serf: { rpc: '[::1]:7373', authKeyFile: 'k' },
    haproxy: { maxConnections: 7 },
    reconcileMs: 'many',
    pools: [],
  })
  t.throws(() => overridesFromFlags(['serf.rcp=1']), {
    code: 'configuration',
    message: /--set serf\.rcp sets nothing; wanted one of serf\.rpc, /,
  })
})

t.test(
  'one agent a HAProxy: a lock of a process that runs holds, one of a dead process does not',
  async t => {
    const file = join(t.testdir(), 'haproxy.cfg')
    const release = lockHaproxy(file)
    t.throws(() => lockHaproxy(file), {
      code: 'locked',
      message: new RegExp(`process ${process.pid}`),
    })
    t.equal(statSync(`${file}.lock`).mode & 0o777, 0o600)
    release()
    t.notOk(existsSync(`${file}.lock`))
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await new Promise(resolve => child.once('exit', resolve))
    writeFileSync(`${file}.lock`, JSON.stringify({ pid: child.pid, startedAt: '1' }))
    lockHaproxy(file)()
    // The number of a dead process may have been given to another one.
    writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.pid, startedAt: '1' }))
    lockHaproxy(file)()
    writeFileSync(`${file}.lock`, 'half a li')
    lockHaproxy(file)()
    t.throws(() => lockHaproxy('/no/such/folder/haproxy.cfg'), { code: 'locked' })
  },
)

t.test('the JSON Schema in the package is the one of the code', async t => {
  const { configurationJsonSchema } = await import('../src/configuration/schema.js')
  const file = new URL('../../schema/serf-haproxy.schema.json', import.meta.url)
  t.same(
    JSON.parse(readFileSync(file, 'utf8')),
    JSON.parse(JSON.stringify(configurationJsonSchema())),
  )
})
