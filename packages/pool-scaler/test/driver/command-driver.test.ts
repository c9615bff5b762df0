import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commandDriver } from '../../src/driver/command-driver.js'

const never = new AbortController().signal
const write =
  "require('node:fs').appendFileSync(process.argv[1], process.argv.slice(2).join('|') + '\\n')"

t.test('the commands get the pool and the name as whole arguments', async t => {
  const file = join(t.testdir(), 'log')
  const log = [process.execPath, '-e', write, file]
  const driver = commandDriver({
    start: [...log, 'start', '--role={{pool}}', '$HOME; id'],
    stop: [...log, 'stop', '{{name}}'],
    remove: [...log, 'remove', '{{pool}}/{{name}}'],
    timeoutMs: 30_000,
  })
  await driver.start('web', never)
  await driver.stop('web', 's1', never)
  await driver.remove('web', 's2', never)
  t.equal(readFileSync(file, 'utf8'), 'start|--role=web|$HOME; id\nstop|s1\nremove|web/s2\n')
})

t.test('without a command for it, nothing is removed', async t => {
  const driver = commandDriver({ start: ['false'], stop: ['false', '{{name}}'], timeoutMs: 1000 })
  await t.resolves(driver.remove('web', 's1', never))
})

t.test('a failed command is an error with its exit code and its last line', async t => {
  const fail = "console.error('first'); console.error('no such image'); process.exit(125)"
  const start = [process.execPath, '-e', fail]
  const driver = commandDriver({ start, stop: ['true', '{{name}}'], timeoutMs: 30_000 })
  await t.rejects(driver.start('web', never), {
    code: 'driver',
    message: /failed: it exited with 125: no such image; run it by hand/,
  })
})

t.test('a command that does not end is ended at its limit', async t => {
  const start = [process.execPath, '-e', 'setInterval(() => {}, 1000)']
  const driver = commandDriver({ start, stop: ['true', '{{name}}'], timeoutMs: 300 })
  await t.rejects(driver.start('web', never), { code: 'driver', message: /within 300 ms/ })
})

t.test('a program that is missing is an error', async t => {
  const start = ['/no/such/program']
  const driver = commandDriver({ start, stop: ['true', '{{name}}'], timeoutMs: 1000 })
  await t.rejects(driver.start('web', never), { code: 'driver', message: /ENOENT/ })
})

t.test('the name of a member is checked before it is an argument', async t => {
  const commands = { start: ['true'], stop: ['true', '{{name}}'], remove: ['true', '{{name}}'] }
  const driver = commandDriver({ ...commands, timeoutMs: 1000 })
  await t.rejects(driver.stop('web', '--all', never), { code: 'driver', message: /"--all"/ })
  await t.rejects(driver.remove('web', '../x', never), { code: 'driver' })
})
