import { cpus, loadavg } from 'node:os'
import { callsPerSecond } from './calls-per-second.js'
import { compareDecoding } from './compare-decoding.js'
import { installPeers, peerVersions } from './peers.js'
import { print } from './report.js'
import { streamMemory } from './stream-memory.js'

const versions = Object.entries(peerVersions).map(([name, version]) => `${name} ${version}`)
print(`${new Date().toISOString()}, Node ${process.version}, ${versions.join(', ')}`)
print(`${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(2)}`)
await callsPerSecond()
await streamMemory()
{
  using peers = installPeers()
  await compareDecoding(peers)
}
