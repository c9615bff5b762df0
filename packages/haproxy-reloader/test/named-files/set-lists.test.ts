import { createRuntimeClient } from 'haproxy-runtime'
import t from 'tap'
import { setLists } from '../../src/named-files/set-lists.js'
import { fakeWithLists } from './fake-with-lists.js'

const { signal } = new AbortController()

t.test('each list has its content, in one transaction', async t => {
  const { runtime, map, acl, fake } = await fakeWithLists(t)
  const files = [
    { ...map, text: '# new\nc.example three\nc.example four\n' },
    { ...acl, text: '10.0.0.2\n10.0.0.3\n' },
  ]
  t.equal(await setLists(runtime, files, signal), undefined)
  t.strictSame(await runtime.map(map.path).entries(), [
    { key: 'c.example', value: 'three' },
    { key: 'c.example', value: 'four' },
  ])
  t.strictSame(await runtime.acl(acl.path).entries(), [{ key: '10.0.0.2' }, { key: '10.0.0.3' }])
  t.equal(fake.commands.filter(command => command.startsWith('commit')).length, 2)
  t.equal(await setLists(runtime, [{ ...map, text: '' }], signal), undefined)
  t.strictSame(await runtime.map(map.path).entries(), [])
})

t.test('a refused entry leaves the list, and the reason has its words', async t => {
  const { runtime, acl } = await fakeWithLists(t)
  const reason = await setLists(runtime, [{ ...acl, text: '10.0.0.2\nnonsense\n' }], signal)
  t.match(reason, /denied\.acl cannot be set at run time: .*'nonsense' is not a valid/)
  t.strictSame(await runtime.acl(acl.path).entries(), [{ key: '10.0.0.1' }])
})

t.test('a list that HAProxy lacks, and entries without a value, need a reload', async t => {
  const { runtime, map } = await fakeWithLists(t)
  t.match(await setLists(runtime, [{ ...map, path: '/nowhere' }], signal), /Unknown map identifier/)
  t.match(await setLists(runtime, [{ ...map, path: '@x' }], signal), /Unsafe argument/)
  t.match(await setLists(runtime, [{ ...map, text: 'only-a-key\n' }], signal), /Unsafe argument/)
})

t.test('a line that HAProxy could not take in a command needs a reload', async t => {
  const { runtime, map, fake } = await fakeWithLists(t)
  const long = { ...map, text: `a ${'x'.repeat(20_000)}\n` }
  t.match(await setLists(runtime, [long], signal), /hosts\.map is too long/)
  t.strictSame(fake.commands, [])
})

t.test('a HAProxy that is away is an error', async t => {
  const { map } = await fakeWithLists(t)
  const runtime = createRuntimeClient({ socket: '/nowhere' })
  await t.rejects(setLists(runtime, [map], signal), { code: 'unreachable' })
})
