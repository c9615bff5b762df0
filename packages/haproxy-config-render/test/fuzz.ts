import * as fc from 'fast-check'
import { benchCommand, fuzzOptions } from 'real-components'
import { endingOf, hostileMember, placeCount, type Ending } from './hostile-members.js'

const command = benchCommand(
  'npm run fuzz -w packages/haproxy-config-render --',
  'Renders hostile members: none may add a line, a word or a directive',
)
const { runs: members, seed } = fuzzOptions(command, { name: 'members', default: 1_000_000 })
const round = 20_000

const endings: Record<Ending, number> = { printed: 0, quarantined: 0, refused: 0 }
const start = performance.now()
process.stdout.write(`${members} hostile members, seed ${seed}\n`)
for (let done = 0; done < members; done += round) {
  fc.assert(
    fc.property(hostileMember, fc.nat(placeCount - 1), (member, place) => {
      endings[endingOf(member, place)]++
    }),
    { numRuns: Math.min(round, members - done), seed: seed + done },
  )
}
const seconds = Math.round((performance.now() - start) / 1000)
process.stdout.write(
  `no line, word or directive was added, in ${seconds} s: ` +
    `${endings.printed} were printed, ${endings.quarantined} quarantined, ${endings.refused} refused\n`,
)
