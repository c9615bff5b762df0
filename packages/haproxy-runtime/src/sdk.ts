import { createRequire } from 'node:module'
import { HaproxyError } from './haproxy-error.js'
import { exchanges } from './socket/socket-exchange.js'

/** What of haproxy-sdk's server object is of use for reading. */
export interface SdkServer {
  readonly name: string
  readonly backendName: string
  status(): Promise<string>
  metric(name: string): Promise<number>
}

/** What of haproxy-sdk's main object is of use for reading. */
export interface HaproxySdk {
  servers(backend?: string): Promise<SdkServer[]>
  info(): Promise<Record<string, string>[]>
  totalRequests(): Promise<number>
  uptime(): Promise<string>
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
 * haproxy-sdk's object over this package's transport.
 *
 * The library's own transport has no time limit, passes injected commands on,
 * and its constructor starts a request whose failure nobody can catch. So the
 * object is made from its prototypes, and every command goes through ours.
 * However many commands come at once, only a few connections are open.
 * Use it for reading; writes belong to `createRuntimeClient`.
 */
export function createSdk(socket: string, { timeoutMs }: { timeoutMs?: number } = {}): HaproxySdk {
  const exchange = exchanges(socket, { timeoutMs })
  const process: SdkProcess = Object.assign(Object.create(ProcessClass.prototype) as SdkProcess, {
    async command(command: string, full = false) {
      if (/[\n\r;]/.test(command)) {
        const found = JSON.stringify(command.slice(0, 100))
        throw new HaproxyError('unsafe-argument', `A command must be a single one: found ${found}`)
      }
      const reply = await exchange(`${command}\n`)
      const lines = reply.trim().split('\n')
      return full ? lines : (lines[0] ?? '')
    },
    // HAProxy has had one process, number 1, since multi-process mode ended with 2.5.
    // The library reads it both ways.
    process_nb: Promise.resolve(1),
    processNumber: () => Promise.resolve(1),
  })
  return Object.assign(Object.create(SdkClass.prototype) as HaproxySdk, {
    _hap_processes: [process],
  })
}
