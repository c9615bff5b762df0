import t from 'tap'
import { replaceList, runInBatches, type RunCommands } from '../../src/commands/replace-list.js'
import type { RuntimeCommand } from '../../src/commands/runtime-command.js'
import { HaproxyError } from '../../src/haproxy-error.js'

const silent = (text: string): RuntimeCommand => ({ text, done: /^$/ })
const adding = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ command: silent(`add ${i}`), entries: 1 }))

const transaction = (count: number) => ({
  prepare: silent('prepare'),
  add: () => adding(count),
  commit: (version: string) => silent(`commit ${version}`),
  clear: (version: string) => [silent(`clear ${version}`), silent(`show ${version}`)] as const,
})

/** Records the commands; `reply` answers each, and may throw. */
function recorder(reply: (text: string) => string = () => '') {
  const texts: string[] = []
  const batches: number[] = []
  const run: RunCommands = async commands => {
    batches.push(commands.length)
    return commands.map(({ text }) => {
      texts.push(text)
      return text === 'prepare' ? 'New version created: 7' : reply(text)
    })
  }
  return { run, texts, batches }
}

const failingAt = (at: string, code: 'refused' | 'timeout' = 'refused') =>
  recorder(text => {
    if (text === at) throw new HaproxyError(code, `no ${at}`)
    return ''
  })

t.test('entries are sent in batches, and then committed', async t => {
  const { run, texts, batches } = recorder()
  await replaceList(run, transaction(1200))
  t.strictSame(batches, [1, 500, 500, 200, 1])
  t.equal(texts.at(-1), 'commit @7')
})

t.test('a batch has some thousand entries at most', async t => {
  const { run, batches } = recorder()
  const payloads = Array.from({ length: 100 }, (_, i) => ({
    command: silent(`add ${i}`),
    entries: 120,
  }))
  await runInBatches(run, payloads)
  t.strictSame(batches, [41, 41, 18])
  await runInBatches(run, [{ command: silent('add'), entries: 9000 }])
  t.strictSame(batches, [41, 41, 18, 1])
})

t.test('a refused entry takes back what was added', async t => {
  const { run, texts } = failingAt('add 600')
  await t.rejects(replaceList(run, transaction(1200)), { code: 'refused', message: 'no add 600' })
  t.strictSame(texts.slice(-2), ['clear @7', 'show @7'])
  t.notOk(texts.includes('commit @7'))
})

t.test('entries that arrive after a timeout are cleared too', async t => {
  let left = 2
  const { run, texts } = recorder(text => {
    if (text === 'add 3') throw new HaproxyError('timeout', 'too late')
    return text === 'show @7' && left-- > 0 ? '0x1 a b' : ''
  })
  await t.rejects(replaceList(run, transaction(5)), { code: 'timeout' })
  t.equal(texts.filter(text => text === 'clear @7').length, 3)
})

t.test('an abort takes effect after the present batch, and takes back', async t => {
  const controller = new AbortController()
  const { run, texts } = recorder(text => {
    if (text === 'add 3') controller.abort(new Error('enough'))
    return ''
  })
  const { signal } = controller
  await t.rejects(replaceList(run, transaction(1200), { signal }), { message: 'enough' })
  t.strictSame(texts.slice(-3), ['add 499', 'clear @7', 'show @7'])
})

t.test('entries that cannot be taken back are named by their version', async t => {
  const { run } = recorder(text => {
    if (text === 'add 3' || text === 'clear @7') throw new HaproxyError('unreachable', 'gone')
    return ''
  })
  await t.rejects(replaceList(run, transaction(5)), {
    code: 'unreachable',
    message: /^gone\. The entries of version @7 could not be removed \(gone\)/,
  })
  const stubborn = recorder(text => {
    if (text === 'add 3') throw new HaproxyError('refused', 'no')
    return text === 'show @7' ? '0x1 a b' : ''
  })
  await t.rejects(replaceList(stubborn.run, transaction(5)), { code: 'refused', message: /@7/ })
})

t.test('a commit whose reply is lost is not cleared: it may be in force', async t => {
  const { run, texts } = failingAt('commit @7', 'timeout')
  await t.rejects(replaceList(run, transaction(5)), { code: 'timeout' })
  t.notOk(texts.includes('clear @7'))
})

t.test('a batch is awaited beyond its timeout, and then taken back', async t => {
  const { run, texts } = recorder()
  const limits: (number | undefined)[] = []
  const late: RunCommands = async (commands, options) => {
    limits.push(options?.timeoutMs)
    const end = performance.now() + 2
    if (commands.length > 2) while (performance.now() < end);
    return run(commands)
  }
  await t.rejects(replaceList(late, transaction(600), { timeoutMs: 1 }), {
    code: 'timeout',
    message: /entries 1 to 500 of 600 within 1 ms/,
  })
  t.strictSame(texts.slice(-2), ['clear @7', 'show @7'])
  t.strictSame(limits, [1, 10_001, undefined])
})

t.test('without commands nothing is sent', async t => {
  const { run, batches } = recorder()
  await runInBatches(run, [])
  t.strictSame(batches, [])
})
