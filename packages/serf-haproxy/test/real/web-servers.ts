import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Tidy } from 'real-components'

/** The protocol of a server: TLS with HTTP/2 or 1.1, HTTP/2 without TLS, HTTP/1.1 behind the PROXY protocol, or HTTP/1.1. */
type Protocol = 'tls' | 'h2c' | 'proxy' | 'http'

/** Answers `NAME VERSION DETAIL`: DETAIL is the name of SNI, or the client's address of the PROXY protocol. */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { protocol, name, pem } = workerData
const answer = (detail, version) => [name, version, detail].join(' ')
const onRequest = (request, response) => {
  const session = request.stream?.session
  const socket = session ? session.socket : request.socket
  response.end(answer(socket.servername || '-', request.httpVersion))
}
const proxyServer = () => require('node:net').createServer(socket => {
  let data = Buffer.alloc(0)
  socket.on('error', () => {}).on('data', chunk => {
    data = Buffer.concat([data, chunk])
    const at = data.indexOf('\\r\\n\\r\\n', 16 + data.readUInt16BE(14))
    if (at < 0) return
    const isProxied = data.subarray(0, 12).equals(Buffer.from('0d0a0d0a000d0a515549540a', 'hex'))
    const client = data[13] === 0x11 ? [...data.subarray(16, 20)].join('.') : 'local'
    const text = answer(isProxied ? client : 'no header', '1.1')
    socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: ' + text.length + '\\r\\nConnection: close\\r\\n\\r\\n' + text)
  })
})
const http2 = require('node:http2')
const server = {
  tls: () => http2.createSecureServer({ ...pem, allowHTTP1: true }, onRequest),
  h2c: () => http2.createServer(onRequest),
  proxy: proxyServer,
  http: () => require('node:http').createServer(onRequest),
}[protocol]()
server.on('tlsClientError', () => {}).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

/** Starts a server, which ends with the test, and returns its port. It runs in a thread of its own. */
export async function startWebServer(
  t: Tidy,
  protocol: Protocol,
  name: string,
  pem: { readonly key?: string; readonly cert?: string } = {},
): Promise<number> {
  const worker = new Worker(program, { eval: true, workerData: { protocol, name, pem } })
  t.teardown(async () => {
    await worker.terminate()
  })
  const [port] = (await once(worker, 'message')) as [number]
  return port
}
