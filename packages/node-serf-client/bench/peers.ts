import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Other clients for Node.js, installed for this run only. */
export const peerVersions = { 'node-serf': '2.0.0', 'serf-rpc': '0.2.1' }

/** Part of node-serf that the benchmark uses. */
export interface NodeSerf {
  connect(options: { port: number }, ready: (error: unknown) => void): NodeSerfClient
}

export interface NodeSerfClient extends Socket {
  members(done: (error: unknown, reply: { readonly Members: readonly unknown[] }) => void): void
}

/** Part of serf-rpc that the benchmark uses: the decoder for one packet. */
export interface SerfRpcCodec {
  decode(packet: Buffer): Record<string, unknown>
}

export interface Peers extends Disposable {
  readonly nodeSerf: NodeSerf
  readonly serfRpc: SerfRpcCodec
}

/** Installs the other clients into a temporary folder, which is removed at the end of the scope. */
export function installPeers(): Peers {
  const folder = mkdtempSync(join(tmpdir(), 'node-serf-client-bench-'))
  const packages = Object.entries(peerVersions).map(([name, version]) => `${name}@${version}`)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error']
  execFileSync('npm', ['install', ...quiet, ...packages], { cwd: folder, stdio: 'ignore' })
  const require = createRequire(join(folder, 'package.json'))
  return {
    nodeSerf: require('node-serf') as NodeSerf,
    serfRpc: require('serf-rpc/lib/msgpack') as SerfRpcCodec,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
