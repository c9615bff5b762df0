// Makes a folder hold one file for each backend that is alive, and nothing
// else: a view of the membership, which is read from stdin as
// `serf members -format=json` prints it. It is made anew each time, so that
// nothing that was missed can stay.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const [folder = 'nodes'] = process.argv.slice(2)
const { members } = JSON.parse(await text(process.stdin))
const backends = members.filter(
  ({ name, status, tags }) =>
    status === 'alive' && tags?.role === 'backend' && /^[a-z0-9][a-z0-9-]{0,62}$/i.test(name),
)

mkdirSync(folder, { recursive: true })
for (const entry of readdirSync(folder)) {
  if (!backends.some(({ name }) => name === entry)) rmSync(join(folder, entry))
}
for (const { name, addr } of backends) {
  // Serf prints ADDRESS:PORT of its gossip.
  writeFileSync(join(folder, name), `${name} ${addr.slice(0, addr.lastIndexOf(':'))}\n`)
}
