import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { readAgent } from '../../src/agent/read-agent.js'
import { viewOf } from './sample-view.js'

const never = new AbortController().signal

/** Starts an agent of one answer, at a socket. */
async function agentAt(t: Test, answer: RequestListener): Promise<string> {
  const socketPath = join(temporaryFolder(t), 'control.sock')
  const server = createServer(answer).listen(socketPath)
  await new Promise(resolve => server.once('listening', resolve))
  t.teardown(() => server.close())
  return socketPath
}

t.test('the state is read at a control socket', async t => {
  const socketPath = await agentAt(t, ({ url }, response) => {
    response.end(JSON.stringify({ ...viewOf('s1'), asked: url }))
  })
  t.strictSame(await readAgent({ socketPath }, never), viewOf('s1'))
})

t.test('an answer that is no state is an error that names the place', async t => {
  const socketPath = await agentAt(t, (_, response) => void response.end('{}'))
  await t.rejects(readAgent({ socketPath }, never), {
    code: 'no-agent',
    message: new RegExp(`^no state of an agent at ${socketPath}: `),
  })
})

t.test('another status is an error', async t => {
  const socketPath = await agentAt(t, (_, response) => void response.writeHead(503).end())
  await t.rejects(readAgent({ socketPath }, never), /expected status 200, found 503/)
})

t.test('without an agent the error names the address', async t => {
  const place = { host: '127.0.0.1', port: 1 }
  await t.rejects(readAgent(place, never), { code: 'no-agent', message: /at 127\.0\.0\.1:1: / })
})

t.test('an abort ends the request with its reason', async t => {
  const stop = new AbortController()
  const socketPath = await agentAt(t, () => stop.abort(new Error('enough')))
  await t.rejects(readAgent({ socketPath }, stop.signal), { message: 'enough' })
})
