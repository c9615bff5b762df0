import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder, until } from 'real-components'
import t, { type Test } from 'tap'
import { createSystemdNotifier } from '../../src/supervisor/systemd-notifier.js'

/** A program in place of `systemd-notify`: it writes down its arguments, and fails while `fails` exists. */
function notifyProgram(t: Test) {
  const folder = temporaryFolder(t)
  const [program, log, fails] = ['notify', 'log', 'fails'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(
    program,
    `#!/bin/sh
[ ! -e ${fails} ] || { echo "no such socket" >&2; exit 1; }
for each; do printf '%s\\n' "$each"; done >> ${log}
while [ -e ${log}.wait ]; do sleep 0.01; done
`,
  )
  chmodSync(program, 0o755)
  return {
    program,
    fails,
    wait: `${log}.wait`,
    lines: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  }
}

t.test('messages are sent one after the other, and those that wait as one', async t => {
  const { program, lines, wait } = notifyProgram(t)
  writeFileSync(wait, '')
  const notifier = createSystemdNotifier('/none', error => t.fail(error.message), program)
  notifier.send({ READY: '1' })
  await until('the first message', () => lines().length === 1)
  notifier.send({ RELOADING: '1', STATUS: 'a b\\c "d" $e' })
  notifier.send({ READY: '1' })
  rmSync(wait)
  await notifier.flushed()
  t.strictSame(lines(), ['READY=1', 'STATUS=a b\\c "d" $e', 'READY=1'])
})

t.test(
  'a failure is reported once; its message goes with the next, but for signs of life',
  async t => {
    const { program, lines, fails } = notifyProgram(t)
    const errors: string[] = []
    const notifier = createSystemdNotifier('/none', ({ message }) => errors.push(message), program)
    writeFileSync(fails, '')
    for (const message of [{ READY: '1' }, { WATCHDOG: '1' }]) {
      notifier.send(message)
      await notifier.flushed()
    }
    t.match(errors, [/systemd is not notified: .*: no such socket; NotifyAccess=all must be set/])
    t.equal(errors.length, 1)
    rmSync(fails)
    notifier.send({})
    await notifier.flushed()
    t.strictSame(lines(), ['READY=1'])
  },
)

t.test('a program that is not installed is an error with the remedy', async t => {
  const errors: string[] = []
  const notifier = createSystemdNotifier('/none', ({ message }) => errors.push(message), '/none/x')
  notifier.send({ READY: '1' })
  await notifier.flushed()
  t.match(errors, [/not on the PATH; install it \(Debian: the package systemd\)/])
})
