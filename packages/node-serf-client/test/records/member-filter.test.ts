import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import t from 'tap'
import { checkExpressions, filterBody } from '../../src/records/member-filter.js'
import { connectToFake, emptyCluster } from '../fake-rpc-server.js'

t.test('a filter is sent unchanged', async t => {
  const { client, agent } = await connectToFake(t, emptyCluster)
  await client.members({ status: 'alive', name: 's\\d+', tags: { role: 'web|api' } })
  await client.members({})
  t.same(
    agent.requests.slice(1).map(({ body }) => body),
    [{ Status: 'alive', Name: 's\\d+', Tags: { role: 'web|api' } }, {}],
  )
})

t.test(
  'a filter that makes the agent close the connection is rejected before it is sent',
  async t => {
    const { client, agent } = await connectToFake(t, emptyCluster)
    const expressions = [
      ['(', '[', '[]', '[^]', 'a**', '(+)', 'a{1001}'],
      ['(?=a)', '(?!a)', '(?<=a)', '(?<!a)', '(?<name>a)'],
      ['(a)\\1', '\\k', '\\u0061', '\\cA', '\\\\\\1', '\\p'],
    ]
    for (const name of expressions.flat()) {
      const failure = { code: 'invalid-argument', command: 'members-filtered' }
      await t.rejects(client.members({ name }), failure, name)
      await t.rejects(client.members({ tags: { role: name } }), { message: /for "role"/ }, name)
    }
    t.match(agent.requests, [{ command: 'handshake' }])
    t.equal(agent.requests.length, 1)
  },
)

t.test('the body of a filter has the three fields of the command', async t => {
  t.same(await filterBody({ status: 'alive', tags: { role: 'web' } }), {
    Status: 'alive',
    Name: undefined,
    Tags: { role: 'web' },
  })
})

t.test('valid RE2 expressions are accepted, and undefined ones are ignored', async t => {
  const valid = ['', '.*', 'web|api', '(?P<name>a)', '\\(?<', '[[:alpha:]]+', 'a{1000}']
  for (const name of valid) await checkExpressions('query', { name })
  await t.rejects(checkExpressions('query', { name: '\\\\(?<n>a)' }), 'the backslash is literal')
  await checkExpressions('query', { name: undefined })
  await checkExpressions('query')
  t.pass('none is rejected')
})

t.test('alternatives of literal text are accepted, and the library agrees', async () => {
  const special = /[\\.+*?()|[\]{}^$]/g
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'\\.+*?()|[]{}^$a-\n'.split('')) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.boolean(), async (texts, isGrouped) => {
      const quoted = texts.map(each => each.replaceAll(special, String.raw`\$&`)).join('|')
      const name = isGrouped ? `(?:${quoted})` : quoted
      await checkExpressions('members-filtered', { name })
      RE2JS.compile(`^${name}$`)
    }),
  )
})

t.test('text that the library rejects is rejected, whatever its characters', async () => {
  const text = fc.string({
    unit: fc.constantFrom(...String.raw`\.+*?()|[]{}^$:ab-`.split('')),
    maxLength: 8,
  })
  await fc.assert(
    fc.asyncProperty(text, async name => {
      const isAccepted = await checkExpressions('query', { name }).then(
        () => true,
        () => false,
      )
      let compiles = !name.replaceAll(/\\./gs, '').includes('(?<')
      try {
        RE2JS.compile(`^${name}$`)
      } catch {
        compiles = false
      }
      return isAccepted === compiles
    }),
    { numRuns: 1000 },
  )
})

t.test('the error names the field, the expression and the reason', async t => {
  await t.rejects(checkExpressions('query', { 'a "tag"': '(' }), {
    name: 'SerfError',
    code: 'invalid-argument',
    command: 'query',
    message:
      /^Invalid filter for "a \\"tag\\"": expected a regular expression \(RE2\), got "\(" \(.+\)$/,
  })
  await t.rejects(checkExpressions('query', { role: '(?<n>a)' }), {
    message: /write a named group as \(\?P<name>/,
  })
  await t.rejects(checkExpressions('query', { role: 7 as never }), {
    message: /got 7 \(not a text\)/,
  })
})
