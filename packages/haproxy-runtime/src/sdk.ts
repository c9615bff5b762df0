import { createRequire } from 'node:module'
import { HaproxyError } from './haproxy-error.js'
import { linesOf } from './reply-lines.js'
import { sendCommands } from './socket/send-commands.js'
import { createExchange } from './socket/socket-exchange.js'

/** The reading part of haproxy-sdk's server object. */
export interface SdkServer {
  /** Name of the server. */
  readonly name: string
  /** Name of its backend. */
  readonly backendName: string
  /** Returns its status, as HAProxy’s `show stat` prints it. */
  status(): Promise<string>
  /** Returns the number in a column of `show stat`, by the column’s name. */
  metric(name: string): Promise<number>
}

/** The reading part of haproxy-sdk's main object. */
export interface HaproxySdk {
  /** Returns the servers of a backend, or of all backends. */
  servers(backend?: string): Promise<SdkServer[]>
  /** Returns the fields of `show info`, one record for each process. */
  info(): Promise<Record<string, string>[]>
  /** Returns the number of requests that HAProxy has received. */
  totalRequests(): Promise<number>
  /** Returns the age of the worker, as `show info` prints it. */
  uptime(): Promise<string>
  /** Returns the version of HAProxy. */
  version(): Promise<string>
}

interface SdkProcess {
  command(command: string, full?: boolean): Promise<string | string[]>
  processNumber(): Promise<number>
}

// CommonJS without types or an exports map: its classes are used by prototype.
const require = createRequire(import.meta.url)
const SdkClass = require('haproxy-sdk') as { prototype: HaproxySdk }
const ProcessClass = require('haproxy-sdk/lib/_ha-proxy-process.js') as { prototype: SdkProcess }

/**
 * Creates haproxy-sdk's object over this package's transport.
 *
 * The library's own transport has no timeout, passes injected commands on, and
 * its constructor starts a request with no way to catch its failure. So the
 * object is made from the library's prototypes, and every command goes through
 * this package's exchange, which opens a few connections at a time.
 * Use it for reading; changes are made by `createRuntimeClient`.
 */
export function createSdk({
  socket,
  timeoutMs,
}: {
  /** Path of the stats socket. */
  socket: string
  /** Time limit of a call, in milliseconds. @defaultValue 2,000 */
  timeoutMs?: number
}): HaproxySdk {
  const exchange = createExchange(socket, { timeoutMs })
  const process: SdkProcess = Object.assign(Object.create(ProcessClass.prototype) as SdkProcess, {
    async command(command: string, full = false) {
      if (/[\n\r;]/.test(command)) {
        const got = JSON.stringify(command.slice(0, 100))
        throw new HaproxyError('unsafe-argument', `Expected a single command, got ${got}`)
      }
      const [reply = ''] = await sendCommands(exchange, [command])
      const lines = linesOf(command, reply.trim())
      return full ? lines : (lines[0] ?? '')
    },
    // Since 2.5 HAProxy has one process, number 1. The library reads both properties.
    process_nb: Promise.resolve(1),
    processNumber: () => Promise.resolve(1),
  })
  return Object.assign(Object.create(SdkClass.prototype) as HaproxySdk, {
    _hap_processes: [process],
  })
}
