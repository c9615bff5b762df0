import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { runProgram } from '../../src/program/run-program.js'
import { deafScript, writeScript } from './scripts.js'

/** A limit that no program of these tests reaches. */
const timeoutMs = 60_000

t.test('a program that succeeds has no error, and its output', async t => {
  const script = 'process.stdout.write("42\\n")'
  const result = await runProgram(process.execPath, ['-e', script], { timeoutMs })
  t.strictSame(result, { error: null, stdout: '42\n', stderr: '' })
})

t.test('a program that fails has its exit code and what it printed', async t => {
  const script = 'process.stderr.write("no"); process.exitCode = 3'
  const { error, stderr } = await runProgram(process.execPath, ['-e', script], { timeoutMs })
  t.equal(error?.code, 3)
  t.equal(stderr, 'no')
})

t.test('a program has the given folder and environment', async t => {
  const cwd = temporaryFolder(t)
  const script = 'echo "$PWD $word"'
  const options = { timeoutMs, cwd, env: { PATH: '/usr/bin:/bin', word: 'given' } }
  const { stdout } = await runProgram('sh', ['-c', script], options)
  t.equal(stdout, `${cwd} given\n`)
})

t.test('a program that cannot be run is a result', async t => {
  const missing = await runProgram('/nonexistent/program', [], { timeoutMs })
  t.equal(missing.error?.code, 'ENOENT')
  const file = join(t.testdir({ file: '' }), 'file')
  const belowFile = await runProgram(join(file, 'program'), [], { timeoutMs })
  t.equal(belowFile.error?.code, 'ENOTDIR')
})

t.test('a program that does not end is killed at its limit', async t => {
  const script = `trap '' TERM; while :; do sleep 600; done`
  const { error } = await runProgram('sh', ['-c', script], { timeoutMs: 500 })
  t.match(error, {
    code: 'ETIMEDOUT',
    message: `expected the end of \`sh -c ${script}\` within 500 ms; it did not end, and was killed`,
  })
})

t.test('an abort kills a program that ignores SIGTERM, and the programs below it', async t => {
  const { program, ready, ended } = writeScript(t, deafScript)
  const stop = new AbortController()
  const result = runProgram(program, [], { timeoutMs, signal: stop.signal })
  await ready
  stop.abort(new Error('enough'))
  await t.rejects(result, { message: 'enough' })
  await ended
})

t.test('a process that is left behind and holds the output does not delay an abort', async t => {
  const folder = temporaryFolder(t)
  const socket = join(folder, 'left.sock')
  const server = createServer()
  await once(server.listen(socket), 'listening')
  // It has a session of its own, and keeps the output open until its connection ends.
  const left = `require('node:net').connect('${socket}')`
  const stop = new AbortController()
  const options = `{ detached: true, stdio: ['ignore', 'inherit', 'inherit'] }`
  const start = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(left)}], ${options}).unref()`
  const result = runProgram(process.execPath, ['-e', start], { timeoutMs, signal: stop.signal })
  const [connection] = await once(server, 'connection')
  t.teardown(() => {
    connection.destroy()
    server.close()
  })
  stop.abort(new Error('enough'))
  await t.rejects(result, { message: 'enough' })
  t.notOk(connection.readableEnded, 'it is still there')
})

t.test('nothing is run after an abort', async t => {
  const signal = AbortSignal.abort(new Error('enough'))
  const options = { timeoutMs, signal }
  await t.rejects(runProgram('/nonexistent/program', [], options), { message: 'enough' })
})
