import * as fc from 'fast-check'
import t from 'tap'
import { buildModel } from '../../src/pools/build-model.js'
import { evaluateSelection } from '../../src/pools/select-members.js'

const member = (name: string, tags: Record<string, string> = {}) => ({
  name,
  address: '10.0.0.1',
  tags,
})

t.test('each condition says what it reads, what it got and what it expected', async t => {
  const pool = { role: 'web', tags: { zone: 'a' }, match: { version: '2\\..*' }, names: 's\\d+' }
  t.same(evaluateSelection(member('s1', { role: 'web', zone: 'b', version: '2.1' }), pool), [
    { tag: 'role', holds: true, got: 'web', expected: 'web' },
    { tag: 'zone', holds: false, got: 'b', expected: 'a' },
    { tag: 'version', holds: true, got: '2.1', expected: '/2\\..*/' },
    { tag: undefined, holds: true, got: 's1', expected: '/s\\d+/' },
  ])
})

t.test('a missing tag fulfils no condition, not even one that accepts any text', async t => {
  t.same(evaluateSelection(member('s1'), { match: { version: '.*' } }), [
    { tag: 'version', holds: false, got: undefined, expected: '/.*/' },
  ])
  t.match(evaluateSelection(member('s1'), { match: { toString: '.*' } }), [{ holds: false }])
})

t.test('a pool without conditions has none to fail', async t => {
  t.same(evaluateSelection(member('s1'), {}), [])
})

t.test('a pattern has to match the whole text', async t => {
  for (const [text, holds] of [
    ['web', true],
    ['web2', false],
    ['my-web', false],
    ['web\n', false],
  ] as const)
    t.match(evaluateSelection(member('s1', { a: text }), { match: { a: 'web|app' } }), [{ holds }])
})

t.test('a pattern is tried on 1,024 characters, and refuses a longer text', async t => {
  const pool = { match: { a: 'x+' }, names: 'n+' }
  t.match(evaluateSelection(member('n'.repeat(1024), { a: 'x'.repeat(1024) }), pool), [
    { holds: true },
    { holds: true },
  ])
  t.same(evaluateSelection(member('n'.repeat(1025), { a: 'x'.repeat(5000) }), pool), [
    { tag: 'a', holds: false, got: '5000 characters', expected: '/x+/, at most 1024 characters' },
    {
      tag: undefined,
      holds: false,
      got: '1025 characters',
      expected: '/n+/, at most 1024 characters',
    },
  ])
})

const text = fc.oneof(
  fc.constantFrom('web', 'app', '', 'x'.repeat(1024), 'x'.repeat(1025)),
  fc.string({ maxLength: 3 }),
)
const pattern = fc.constantFrom('web|app', 'x*', '.*', '[^x]*')
const conditions = fc.record(
  {
    role: text,
    tags: fc.dictionary(fc.constantFrom('role', 'zone'), text),
    match: fc.dictionary(fc.constantFrom('role', 'zone'), pattern),
    names: pattern,
  },
  { requiredKeys: [] },
)
const tags = fc.dictionary(fc.constantFrom('role', 'zone'), text)

t.test(
  'all conditions hold exactly for the members that the model takes or quarantines',
  async t => {
    fc.assert(
      fc.property(text, tags, conditions, (name, tagsOfMember, pool) => {
        const candidate = member(name, tagsOfMember)
        const isSelected = evaluateSelection(candidate, pool).every(({ holds }) => holds)
        const { model, quarantined } = buildModel([candidate], {
          runtimeSocket: '/run/runtime.sock',
          frontends: [],
          pools: [{ name: 'nodes', port: 80, ...pool }],
        })
        return isSelected === (model.pools[0]?.servers.length === 1 || quarantined.length === 1)
      }),
      { numRuns: 500 },
    )
    t.pass('500 members and pools')
  },
)
