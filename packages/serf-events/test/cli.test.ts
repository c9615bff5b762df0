import t, { type Test } from 'tap'
import { run } from './run-serf-events.js'

t.test('unknown commands and options exit with 2', async t => {
  const expectRefusal = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await run(t, ...args).ended
    t.equal(exitCode, 2, args.join(' '))
    t.not(stderr, '')
  }
  await Promise.all([expectRefusal(), expectRefusal('wach'), expectRefusal('watch', '--port', '1')])
})

t.test('help exits with 0', async t => {
  const { exitCode, stderr } = await run(t, '--help').ended
  t.same([exitCode, stderr], [0, ''])
})

t.test('the version is that of the package', async t => {
  const { lines, ended } = run(t, '--version')
  t.match((await lines.next()).value, /^\d+\.\d+\.\d+$/)
  t.equal((await ended).exitCode, 0)
})

t.test('the help of each command lists its options', async t => {
  const [watch, handler] = await Promise.all([help(t, 'watch'), help(t, 'handler')])
  t.match(watch, /--rpc <host:port> [^]*\(default:\s+127\.0\.0\.1:7373\)/)
  for (const option of ['--auth-key-file', '--status', '--name', '--tag', '--once']) {
    t.match(watch, option)
  }
  t.match(handler, /--append <file>/)
})

async function help(t: Test, command: string): Promise<string> {
  const { lines, ended } = run(t, command, '--help')
  const text: string[] = []
  for (let line = await lines.next(); !line.done; line = await lines.next()) text.push(line.value)
  t.equal((await ended).exitCode, 0)
  return text.join('\n')
}
