import t from 'tap'
import { sendTogether } from '../../src/socket/send-together.js'

/** A sender that answers each command with its name, and keeps what was sent together. */
function scene(fails = false) {
  const sent: (readonly string[])[] = []
  const send = sendTogether(async commands => {
    sent.push(commands)
    if (fails) throw new Error('HAProxy is away')
    return commands.map(command => `re: ${command}`)
  })
  return { send, sent }
}

t.test('calls of one turn are sent together, and each gets its own replies', async t => {
  const { send, sent } = scene()
  const [one, two] = await Promise.all([send(['a']), send(['b', 'c'])])
  t.same([one, two], [['re: a'], ['re: b', 're: c']])
  t.same(sent, [['a', 'b', 'c']])
  await send(['d'])
  t.same(sent, [['a', 'b', 'c'], ['d']])
})

t.test('calls with other limits go alone', async t => {
  const { send, sent } = scene()
  const { signal } = new AbortController()
  await Promise.all([send(['a']), send(['b'], { signal }), send(['c'], { timeoutMs: 5 })])
  t.same(sent, [['a'], ['b'], ['c']])
})

t.test('an error is the error of all', async t => {
  const { send } = scene(true)
  const results = await Promise.allSettled([send(['a']), send(['b'])])
  t.match(results, [
    { status: 'rejected', reason: { message: 'HAProxy is away' } },
    { status: 'rejected', reason: { message: 'HAProxy is away' } },
  ])
})
