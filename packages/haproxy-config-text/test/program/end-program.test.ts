import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { endProgram } from '../../src/program/end-program.js'
import { deafScript, writeScript } from './scripts.js'

t.test('a wrapper and the programs below it end, whatever they ignore', async t => {
  const { program, ready, ended } = writeScript(t, `(${deafScript}) & wait`)
  const child = spawn(program, { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  await ready
  endProgram(child)
  t.strictSame(await closed, [null, 'SIGKILL'])
  await ended
})

t.test('a program that has ended is no error', async t => {
  const child = spawn('true', { stdio: 'ignore' })
  t.strictSame(await once(child, 'close'), [0, null])
  endProgram(child)
  const missing = spawn('/nonexistent/program')
  t.match(await once(missing, 'error'), [{ code: 'ENOENT' }])
  endProgram(missing)
})
