import t from 'tap'
import { createPatternList } from '../../src/commands/pattern-list.js'

/** A HAProxy that records commands and answers each with the next reply. */
function fakeReplies(...replies: string[]) {
  const commands: string[] = []
  const send = async (texts: readonly string[]) => {
    commands.push(...texts)
    return texts.map(() => replies.shift() ?? '')
  }
  return { commands, send }
}

t.test('the entries of a map have values, with their spaces', async t => {
  const { commands, send } = fakeReplies('0x1a a.example one\n0x1b b.example two words\n')
  t.strictSame(await createPatternList('map', '/hosts.map', send).entries(), [
    { key: 'a.example', value: 'one' },
    { key: 'b.example', value: 'two words' },
  ])
  t.strictSame(commands, ['show map /hosts.map'])
})

t.test('the entries of an ACL are keys alone', async t => {
  const { commands, send } = fakeReplies('0x1a 10.0.0.1\n0x1b 10.0.0.0/8\n')
  t.strictSame(await createPatternList('acl', '#3', send).entries(), [
    { key: '10.0.0.1' },
    { key: '10.0.0.0/8' },
  ])
  t.strictSame(commands, ['show acl #3'])
})

t.test('an empty list has no entries', async t => {
  const { send } = fakeReplies('\n')
  t.strictSame(await createPatternList('map', '#1', send).entries(), [])
})

t.test('keys and values are escaped in every command', async t => {
  const { commands, send } = fakeReplies()
  const map = createPatternList('map', '/a map', send)
  await map.add([
    { key: 'k', value: 'one; show env' },
    { key: 'l', value: 'two' },
  ])
  await map.set('k', 'a b')
  await map.delete('k\\')
  t.strictSame(commands, [
    'add map /a\\ map <<\nk one; show env\nl two\n',
    'set map /a\\ map k a\\ b',
    'del map /a\\ map k\\\\',
  ])
})

t.test('a replacement prepares a version, fills it and commits it', async t => {
  const { commands, send } = fakeReplies('New version created: 7\n')
  await createPatternList('acl', '#1', send).replace([{ key: '10.0.0.1' }, { key: '10.0.0.2' }])
  t.strictSame(commands, [
    'prepare acl #1',
    'add acl @7 #1 10.0.0.1',
    'add acl @7 #1 10.0.0.2',
    'commit acl @7 #1',
  ])
})

t.test('the prompts in front of the reply to a payload are no part of it', async t => {
  const taken = fakeReplies('+ + + \n')
  const two = ['a', 'b'].map(key => ({ key, value: '1' }))
  await createPatternList('map', '#1', taken.send).add(two)
  const refusing = fakeReplies("+ + + unable to parse 'x'.\n")
  await t.rejects(createPatternList('map', '#1', refusing.send).add(two), {
    code: 'refused',
    message: 'HAProxy refused "add map #1 <<": unable to parse \'x\'.',
  })
})

t.test('a replacement whose entry is refused is not committed', async t => {
  const { commands, send } = fakeReplies(
    'New version created: 7',
    "'x' is not a valid IPv4 address",
  )
  const list = createPatternList('acl', '#1', send)
  await t.rejects(list.replace([{ key: 'x' }]), { name: 'HaproxyError', code: 'refused' })
  t.notOk(commands.some(command => command.startsWith('commit')))
  t.strictSame(commands.slice(-2), ['clear acl @7 #1', 'show acl @7 #1'])
})

t.test('an entry that cannot be sent is refused before a version is prepared', async t => {
  const { commands, send } = fakeReplies()
  const map = createPatternList('map', '#1', send)
  const entries = [
    { key: 'a', value: '1' },
    { key: 'b', value: '' },
  ]
  await t.rejects(map.replace(entries), { code: 'unsafe-argument' })
  t.strictSame(commands, [])
})

t.test('a key that HAProxy reads as a reference is neither set nor deleted', async t => {
  const { commands, send } = fakeReplies()
  const map = createPatternList('map', '#1', send)
  await t.rejects(map.set('#0x7f00', 'v'), { code: 'unsafe-argument' })
  await t.rejects(map.delete('#0x7f00'), { code: 'unsafe-argument' })
  await map.add([{ key: '#0x7f00', value: 'v' }])
  t.strictSame(commands, ['add map #1 <<\n#0x7f00 v\n'])
})

t.test('a value keeps the spaces at its end', async t => {
  const { send } = fakeReplies('0x1a a one  \n0x1b b  \n\n')
  t.strictSame(await createPatternList('map', '#1', send).entries(), [
    { key: 'a', value: 'one  ' },
    { key: 'b', value: ' ' },
  ])
})

t.test('adding nothing sends nothing', async t => {
  const { commands, send } = fakeReplies()
  await createPatternList('map', '#1', send).add([])
  t.strictSame(commands, [])
})

t.test('a refusal has the command and the reply in its message', async t => {
  const { send } = fakeReplies('Unknown map identifier. Please use #<id> or <file>.\n')
  await t.rejects(createPatternList('map', '/nowhere', send).entries(), {
    code: 'refused',
    message: /"show map \/nowhere": Unknown map identifier/,
  })
})

t.test('a map entry needs a value, and a name may not be empty', async t => {
  const { commands, send } = fakeReplies()
  await t.rejects(createPatternList('map', '#1', send).add([{ key: 'k' }]), {
    code: 'unsafe-argument',
  })
  t.throws(() => createPatternList('map', '', send), { code: 'unsafe-argument' })
  t.strictSame(commands, [])
})
