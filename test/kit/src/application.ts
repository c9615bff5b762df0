import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Tidy } from './cleanup.js'

/** A web application that answers every request with one text. */
export interface Application {
  /** Closes the port and every connection. */
  stop(): Promise<void>
}

const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { host, port, text } = workerData
const server = require('node:http').createServer((_, response) => response.end(text))
server.listen(port, host, () => parentPort.postMessage('listening'))
`

/**
 * Starts an application; it ends with the test. It runs in a thread of its
 * own: a busy test would otherwise answer HAProxy's checks too late.
 */
export async function startApplication(
  t: Tidy,
  { host, port, text = 'ok' }: { host: string; port: number; text?: string },
): Promise<Application> {
  const worker = new Worker(program, { eval: true, workerData: { host, port, text } })
  const stop = async () => {
    await worker.terminate()
  }
  t.teardown(stop)
  await once(worker, 'message')
  return { stop }
}
