import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { endProcess, until } from 'real-components'
import t, { type Test } from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'
import { bin, runCommand, writeConfiguration } from '../run-command.js'
import { memberNamed } from '../sample-state.js'

/** Starts a command that prints until it is ended. */
function start(t: Test, file: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...args, '--config', file])
  t.teardown(() => endProcess(child))
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
  const hasPrinted = (pattern: RegExp) =>
    until(`output that matches ${pattern}`, () => pattern.test(text))
  return { child, hasPrinted, text: () => text }
}

t.test('status --watch prints a block for each change, and ends at Ctrl-C with 0', async t => {
  const { file, set, add } = await serveFakeAgent(t)
  const { child, hasPrinted, text } = start(t, file, 'status', '--watch')
  await hasPrinted(/^agent +following, ok/m)
  set({ mode: 'frozen' })
  add({ kind: 'thawed', text: 'it changed' })
  await hasPrinted(/^agent +frozen, degraded.*\n[^]*\n\n$/m)
  t.equal(text().match(/^agent /gm)?.length, 2)
  child.kill('SIGINT')
  t.same(await once(child, 'exit'), [0, null])
})

t.test('members --watch --json prints one document a line', async t => {
  const { file, set, add } = await serveFakeAgent(t)
  const { child, hasPrinted, text } = start(t, file, 'members', '--watch', '--json')
  await hasPrinted(/^\[\]\n$/)
  const member = memberNamed('s1')
  set({ members: [member] })
  add({ kind: 'thawed', text: 'it changed' })
  await hasPrinted(/\n.*\n$/)
  t.same(JSON.parse(text().split('\n')[1] ?? ''), [member])
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
})

t.test('without a running agent the error is that of the command without --watch', async t => {
  const file = await writeConfiguration(t.testdir())
  const ended = await runCommand('status', '--watch', '--config', file)
  t.match(ended, { code: 2, stdout: '', stderr: /^error: no agent answers at / })
})
