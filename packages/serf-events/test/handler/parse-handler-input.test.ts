import t from 'tap'
import { parseHandlerInput } from '../../src/index.js'

const self = {
  SERF_SELF_NAME: 'lb',
  SERF_SELF_ROLE: 'load-balancer',
  SERF_TAG_ROLE: 'load-balancer',
  SERF_TAG_A_B: 'x',
  PATH: '/bin',
}

t.test('a membership event has its members', async t => {
  const stdin = Buffer.from('s1\t10.0.0.1\tweb\trole=web,port=8080\ns2\t::1\t\t\n')
  t.same(parseHandlerInput({ ...self, SERF_EVENT: 'member-join' }, stdin), {
    event: 'member-join',
    self: { name: 'lb', role: 'load-balancer', tags: { ROLE: 'load-balancer', A_B: 'x' } },
    members: [
      { name: 's1', address: '10.0.0.1', role: 'web', tags: { role: 'web', port: '8080' } },
      { name: 's2', address: '::1', role: '', tags: {} },
    ],
  })
  for (const SERF_EVENT of ['member-leave', 'member-failed', 'member-update', 'member-reap']) {
    t.match(parseHandlerInput({ SERF_EVENT }, stdin), { event: SERF_EVENT })
  }
})

t.test("only Serf's escapes are decoded", async t => {
  const stdin = Buffer.from('a\\tb\\nc\\x\t10.0.0.1\tr\\n\tx=1\\n2,y="\\t"\n')
  t.match(parseHandlerInput({ SERF_EVENT: 'member-join' }, stdin), {
    members: [{ name: 'a\tb\nc\\x', role: 'r\n', tags: { x: '1\n2', y: '"\t"' } }],
  })
})

t.test('commas and equals signs in a tag are ambiguous: Serf does not escape them', async t => {
  t.same(tagsOf('a=1=2,b='), { a: '1=2', b: '' })
  t.same(
    tagsOf('a=1,2,b=3'),
    { a: '1,2', b: '3' },
    'a part without a tag belongs to the value before it',
  )
  t.same(tagsOf('lost,a=1'), { a: '1' })
  t.same(Object.keys(tagsOf('__proto__=x,constructor=y') ?? {}), ['__proto__', 'constructor'])
})

t.test('a user event and a query come with payload and time', async t => {
  const env = {
    SERF_EVENT: 'user',
    SERF_USER_EVENT: 'deploy',
    SERF_USER_LTIME: '18446744073709551615',
  }
  const event = parseHandlerInput(env, Buffer.from([0, 255, 10]))
  t.match(event, { event: 'user', name: 'deploy', lamportTime: 18446744073709551615n })
  t.same('payload' in event && [...event.payload], [0, 255], 'without the newline at the end')
  const query = { SERF_EVENT: 'query', SERF_QUERY_NAME: 'load', SERF_QUERY_LTIME: '7' }
  t.match(parseHandlerInput(query, Buffer.from('')), {
    event: 'query',
    name: 'load',
    lamportTime: 7n,
    payload: { length: 0 },
  })
})

t.test('input that is no event of Serf is rejected with what was expected', async t => {
  const none = Buffer.from('')
  const failure = { name: 'SerfError', code: 'invalid-argument' }
  t.throws(() => parseHandlerInput({}, none), {
    ...failure,
    message: /expected SERF_EVENT .* got no SERF_EVENT/,
  })
  t.throws(() => parseHandlerInput({ SERF_EVENT: 'reboot' }, none), {
    ...failure,
    message: /"reboot"/,
  })
  t.throws(() => parseHandlerInput({ SERF_EVENT: 'user', SERF_USER_LTIME: 'x' }, none), failure)
  t.throws(() => parseHandlerInput({ SERF_EVENT: 'member-join' }, Buffer.from('no tabs\n')), {
    ...failure,
    message: /expected name, address, .* got "no tabs"/,
  })
})

function tagsOf(tags: string): Readonly<Record<string, string>> | undefined {
  const stdin = Buffer.from(`s1\t10.0.0.1\t\t${tags}\n`)
  const event = parseHandlerInput({ SERF_EVENT: 'member-join' }, stdin)
  return 'members' in event ? event.members[0]?.tags : undefined
}

const parse = (lines: number) =>
  parseHandlerInput({ SERF_EVENT: 'member-join' }, Buffer.from('s1\t10.0.0.1\n'.repeat(lines)))

t.test('an event with more lines than Serf writes is refused', async t => {
  t.match(parse(99_999), { event: 'member-join', members: { length: 99_999 } })
  t.throws(() => parse(100_001), { code: 'invalid-argument', message: /at most 100000 lines/ })
  const newlines = Buffer.alloc(8 * 2 ** 20, '\n')
  t.throws(() => parseHandlerInput({ SERF_EVENT: 'member-join' }, newlines), {
    code: 'invalid-argument',
  })
})
