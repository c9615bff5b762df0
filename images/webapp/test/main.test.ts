import { request as httpRequest } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort, startProgram, until } from 'real-components'
import t, { type Test } from 'tap'

const program = fileURLToPath(new URL('../../bin/lab-webapp.js', import.meta.url))

/** Starts `lab-webapp` on a port. */
function start(t: Test, port: number) {
  const identity = { SERVER_IP: '127.0.0.1', SERVER_NAME: 's1', SERVER_TAG: 'blue' }
  return startProgram(t, program, [], { PORT: String(port), ...identity })
}

t.test('the program reports readiness once it listens', async t => {
  const port = await freePort('127.0.0.1')
  const { output } = start(t, port)
  await until('the program to listen', () => output.notified === '\n')
  const response = await fetch(`http://127.0.0.1:${port}/`)
  t.match(await response.json(), { ip: '127.0.0.1', host: 's1', tag: 'blue' })
})

t.test('after SIGTERM the program finishes open requests and exits with 0', async t => {
  const port = await freePort('127.0.0.1')
  const { process: child, output, code } = start(t, port)
  await until('the program to listen', () => output.notified === '\n')
  const request = httpRequest({
    port,
    path: '/delay',
    method: 'POST',
    headers: { expect: '100-continue' },
  })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    request.once('response', response => resolve(response.resume().statusCode))
    request.once('error', reject)
  })
  request.flushHeaders()
  await new Promise<void>(resolve => request.once('continue', resolve))
  child.kill('SIGTERM')
  await until('the stop to begin', () => output.stdout.includes('Stopping'))
  request.end('{"delay": 0}')
  t.equal(await answered, 200)
  t.equal(await code, 0)
  t.match(output.stdout, /Stopping: finishing open requests\nStopped\n$/)
})

t.test('a port in use is an error', async t => {
  const blocker = createServer()
  await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve))
  t.teardown(() => blocker.close())
  const { port } = blocker.address() as AddressInfo
  const { output, code } = start(t, port)
  t.equal(await code, 1)
  t.match(output.stderr, `The web application cannot listen on 127.0.0.1:${port}: `)
  t.equal(output.notified, '')
})
