// Records replies of the installed HAProxy releases: node dist/test/record-replies.js
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  freePort,
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  startHaproxy,
  until,
} from 'real-components'
import { sendCommands } from '../src/socket/send-commands.js'
import { createExchange } from '../src/socket/socket-exchange.js'
import { replyFolder } from './recorded-replies.js'

const commands = [
  'show info',
  'show servers state nodes',
  'show sess',
  'show stat -1 4 -1',
  'show stat -1 2 -1',
  'show acl',
  'show backend',
]

mkdirSync(replyFolder, { recursive: true })
const endings: (() => unknown)[] = []
const tidy = { teardown: (end: () => unknown) => void endings.push(end) }
try {
  for (const { version, program } of haproxyReleases()) {
    const place = haproxyPlace(tidy)
    const address = loopbackAddress()
    const servers = Array.from(
      { length: 20 },
      (_, i) => `  server s${i} 127.0.0.1:${9 + i} weight ${i} check\n`,
    )
    const text = `${haproxyHead(place)}frontend web
  bind ${address}:${await freePort(address)}
  default_backend nodes
backend nodes
  balance roundrobin
${servers.join('')}`
    await startHaproxy(tidy, place, text, program)
    const exchange = createExchange(place.runtimeSocket)
    await until('the first checks', async () => {
      const [stat = ''] = await sendCommands(exchange, ['show stat -1 4 -1'])
      return stat.includes('L4')
    })
    const replies = await sendCommands(exchange, commands)
    // The master replaces itself at its start, and refuses connections meanwhile.
    const master = await until('the master', () =>
      createExchange(place.masterSocket)('show proc\nquit\n').catch(() => ''),
    )
    const recorded = Object.fromEntries([
      ...commands.map((command, i) => [command, replies[i] ?? '']),
      ['show proc', master],
    ])
    // Paths of the recording machine mean nothing to a parser.
    const json = JSON.stringify(recorded, undefined, 2).replaceAll(place.folder, '/run')
    writeFileSync(join(replyFolder, `${version}.json`), `${json}\n`)
  }
} finally {
  for (const end of endings.toReversed()) await end()
}
