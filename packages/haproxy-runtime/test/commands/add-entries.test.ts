import t from 'tap'
import { addCommands, addedEntries } from '../../src/commands/add-entries.js'
import type { PatternEntry, PatternKind } from '../../src/commands/pattern-words.js'

const adding = (kind: PatternKind, place: string, entries: readonly PatternEntry[]) =>
  addCommands(kind, place, addedEntries(kind, entries))

const texts = (...args: Parameters<typeof adding>) =>
  adding(...args).map(({ command }) => command.text)

t.test('many entries are the payload of one command', async t => {
  t.strictSame(
    adding('map', '@7 /m', [
      { key: 'a', value: '1' },
      { key: '#b', value: 'two; <<\\ "words" ' },
    ]).map(({ command, entries }) => [command.text, entries]),
    [['add map @7 /m <<\na 1\n#b two; <<\\ "words" \n', 2]],
  )
})

t.test('each entry of an ACL is a command', async t => {
  t.strictSame(texts('acl', '/a', [{ key: '10.0.0.1' }, { key: 'two words ' }]), [
    'add acl /a 10.0.0.1',
    'add acl /a two\\ words\\ ',
  ])
})

t.test('an entry that a payload would change is sent by itself, in its place', async t => {
  t.strictSame(
    texts('map', '/m', [
      { key: 'a', value: '1' },
      { key: 'b', value: ' 2' },
      { key: 'c', value: '3' },
    ]),
    ['add map /m <<\na 1\n', 'add map /m b \\ 2', 'add map /m <<\nc 3\n'],
  )
  t.strictSame(texts('acl', '/a', [{ key: ' a' }]), ['add acl /a \\ a'])
})

t.test('a payload has at most 4096 bytes', async t => {
  const entries = Array.from({ length: 1000 }, (_, i) => ({ key: `é${i}`, value: 'x'.repeat(50) }))
  const commands = adding('map', '/m', entries)
  t.ok(commands.length > 10)
  for (const { command } of commands) t.ok(Buffer.byteLength(command.text) < 4200)
  t.equal(
    commands.reduce((sum, each) => sum + each.entries, 0),
    1000,
  )
  const long = { key: 'k', value: 'x'.repeat(5000) }
  t.match(texts('map', '/m', [long]), [/^add map \/m k x{5000}$/])
})

t.test('nothing that could become a command is sent', async t => {
  for (const value of ['', 'a\nshow info', 'a\r', 'a\0'])
    t.throws(() => adding('map', '/m', [{ key: 'k', value }]), { code: 'unsafe-argument' })
  for (const key of ['', 'a b', 'a\n', '\n'])
    t.throws(() => adding('map', '/m', [{ key, value: 'v' }]), { code: 'unsafe-argument' })
  for (const key of ['', 'a\n\nshow info'])
    t.throws(() => adding('acl', '/a', [{ key }]), { code: 'unsafe-argument' })
})

t.test('without entries there is no command', async t => {
  t.strictSame(adding('map', '/m', []), [])
})
