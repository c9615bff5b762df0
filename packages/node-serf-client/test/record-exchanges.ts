// Records the exchanges again with the installed `serf`:
// node dist/test/record-exchanges.js VERSION
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { gossipKey, startSerfAgent, type SerfAgent } from 'real-components'
import { clientOn, exchangeFolder, plain, scenes, type Exchange } from './exchanges.js'

const [serf] = process.argv.slice(2)
if (serf === undefined) throw new Error('expected the version of the Debian package of serf')
mkdirSync(exchangeFolder, { recursive: true })
const endings: (() => unknown)[] = []
try {
  for (const [scene, run] of Object.entries(scenes)) {
    const options = { name: 's1', key: gossipKey(), tags: { role: 'web', note: 'ü\n"x"' } }
    const agent = await startSerfAgent({ teardown: end => void endings.push(end) }, options)
    const turns: Buffer[] = []
    const client = await clientOn(tee(agent, turns))
    const outcome = plain(await run(client))
    client.close()
    const exchange: Exchange = {
      serf,
      scene,
      turns: turns.map(turn => turn.toString('base64')),
      outcome,
    }
    const file = `${serf}-${scene.replaceAll(/[^a-z]+/g, '-')}.json`
    writeFileSync(join(exchangeFolder, file), `${JSON.stringify(exchange, undefined, 2)}\n`)
  }
} finally {
  for (const end of endings.toReversed()) await end()
}

/** Records the bytes of a real agent, grouped by the write before them. */
function tee({ address, rpcPort }: SerfAgent, turns: Buffer[]): Duplex {
  const socket = connect(rpcPort, address)
  const bytes = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      turns.push(Buffer.alloc(0))
      socket.write(chunk, done)
    },
    destroy(_error, done) {
      socket.destroy()
      done(null)
    },
  })
  socket.on('data', chunk => {
    turns.push(Buffer.concat([turns.pop() ?? Buffer.alloc(0), chunk]))
    bytes.push(chunk)
  })
  return bytes
}
