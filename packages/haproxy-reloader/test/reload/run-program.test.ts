import { join } from 'node:path'
import t from 'tap'
import { runProgram } from '../../src/reload/run-program.js'

t.test('a program that succeeds has no error, and its output', async t => {
  const script = 'process.stdout.write("42\\n")'
  const result = await runProgram(process.execPath, ['-e', script], undefined)
  t.strictSame(result, { error: null, stdout: '42\n', stderr: '' })
})

t.test('a program that fails has its exit code and what it printed', async t => {
  const script = 'process.stderr.write("no"); process.exitCode = 3'
  const { error, stderr } = await runProgram(process.execPath, ['-e', script], undefined)
  t.equal(error?.code, 3)
  t.equal(stderr, 'no')
})

t.test('a program that cannot be run is a result', async t => {
  const missing = await runProgram('/nonexistent/program', [], undefined)
  t.equal(missing.error?.code, 'ENOENT')
  const file = join(t.testdir({ file: '' }), 'file')
  const belowFile = await runProgram(join(file, 'program'), [], undefined)
  t.equal(belowFile.error?.code, 'ENOTDIR')
})

t.test('an abort ends the program', async t => {
  const controller = new AbortController()
  const result = runProgram(
    process.execPath,
    ['-e', 'setInterval(() => {}, 60_000)'],
    controller.signal,
  )
  controller.abort()
  t.equal((await result).error?.name, 'AbortError')
})
