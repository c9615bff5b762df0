import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { loopbackAddress, selfSigned } from 'real-components'
import t, { type Test } from 'tap'
import { probeSchema, type ProbeConfiguration } from '../../src/configuration/probe-schema.js'
import { probeHttp } from '../../src/probe/probe-http.js'

const { signal } = new AbortController()

/** Starts a web server, and returns a function that probes it. */
async function answering(t: Test, listener: RequestListener, scheme: 'http' | 'https' = 'http') {
  const { certificate: cert, key } = selfSigned('www.example.org')
  const server =
    scheme === 'http' ? createServer(listener) : createTlsServer({ cert, key }, listener)
  const host = loopbackAddress()
  server.listen(0, host)
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const url = `${scheme}://${host}:${(server.address() as AddressInfo).port}/health`
  return (more: Partial<ProbeConfiguration> = {}, worker?: number) =>
    probeHttp({ ...probeSchema.parse({ url }), ...more }, worker, signal)
}

t.test('a status of 200 to 399 passes, or one of the list', async t => {
  let status = 200
  const probe = await answering(t, (_, response) => response.writeHead(status).end())
  for (status of [200, 204, 302]) t.equal(await probe(), undefined, `${status}`)
  status = 503
  t.equal(await probe(), 'expected the status 200 to 399, got 503')
  t.equal(await probe({ statuses: [200, 503] }), undefined)
  status = 302
  t.equal(await probe({ statuses: [200, 204] }), 'expected the status 200 or 204, got 302')
})

t.test('a problem quotes the begin of the body, on one line and safe for a terminal', async t => {
  let body = '<html><body><h1>503 "Service"\u001B[2J</h1>\nNo server.</body></html>'
  const probe = await answering(t, (_, response) => response.writeHead(503).end(body))
  t.equal(
    await probe(),
    'expected the status 200 to 399, got 503 "503 Service \\u{1b}[2J No server."',
  )
  body = 'x'.repeat(1_000_000)
  t.equal((await probe())?.length, 'expected the status 200 to 399, got 503 ""'.length + 120)
})

t.test('a body that never ends does not keep a good status from passing', async t => {
  const probe = await answering(t, (_, response) => response.writeHead(200).write('x'))
  t.equal(await probe(), undefined)
})

t.test('the request names the path and the host', async t => {
  const seen: (string | undefined)[] = []
  const probe = await answering(t, ({ method, url, headers }, response) => {
    seen.push(method, url, headers.host)
    response.end()
  })
  await probe({ host: 'www.example.org' })
  t.same(seen, ['GET', '/health', 'www.example.org'])
})

t.test('the header has to carry the worker that is asked for', async t => {
  let sent: string | undefined = '7'
  const probe = await answering(t, (_, response) => {
    if (sent !== undefined) response.setHeader('X-Worker', sent)
    response.end()
  })
  const settings = { workerHeader: 'X-Worker' }
  t.equal(await probe(settings, 7), undefined)
  t.equal(await probe(settings), undefined, 'any, if the worker is not known')
  t.equal(await probe({}, 8), undefined, 'without the setting it is not looked at')
  t.equal(await probe(settings, 8), 'expected X-Worker: 8, got 7: another worker answered')
  sent = undefined
  t.match(
    await probe(settings, 7),
    'expected the header X-Worker, got none; add `http-response set-header X-Worker %pid`',
  )
})

t.test('a certificate of any issuer is taken', async t => {
  const probe = await answering(t, (_, response) => response.end(), 'https')
  t.equal(await probe({ host: 'www.example.org' }), undefined)
  t.equal(await probe(), undefined)
})
