import t from 'tap'
import { sendCommands } from '../../src/socket/send-commands.js'

const answering = (answer: string) => async () => answer

t.test('commands go out in prompt mode, and the connection is ended by quit', async t => {
  const sent: unknown[] = []
  const exchange = async (...args: unknown[]) => {
    sent.push(args)
    return '\n> one\n\n> \n> '
  }
  const options = { timeoutMs: 5 }
  t.strictSame(await sendCommands(exchange, ['show a', 'show b'], options), ['one\n', ''])
  t.strictSame(sent, [['prompt\nshow a\nshow b\nquit\n', options]])
})

t.test('a reply keeps its empty lines', async t => {
  const replies = await sendCommands(answering('\n> a\n\nb\n\n> '), ['x'])
  t.strictSame(replies, ['a\n\nb\n'])
})

t.test('fewer replies than commands: the rest is unknown', async t => {
  await t.rejects(sendCommands(answering('\n> one\n> '), ['x', 'y']), {
    code: 'unreachable',
    message: /after 1 of 2 replies/,
  })
})

t.test(
  'replies that cannot be separated are a protocol error with the start of the answer',
  async t => {
    await t.rejects(sendCommands(answering('\n> a\n> b\n> '), ['x']), {
      code: 'protocol',
      message: /expected 1 replies, got 2; the answer starts with "\\n> a/,
    })
    await t.rejects(sendCommands(answering('Permission denied\n'), ['x']), { code: 'protocol' })
  },
)

t.test('the prompt of a master is named, with what to do', async t => {
  const exchange = Object.assign(answering('master> Unknown command\n\nmaster> master> '), {
    socket: '/run/master.sock',
  })
  await t.rejects(sendCommands(exchange, ['x']), {
    code: 'wrong-socket',
    message: /^\/run\/master\.sock is HAProxy's master socket.*`stats socket`/,
  })
})
