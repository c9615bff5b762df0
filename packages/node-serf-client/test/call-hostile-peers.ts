// Calls `members` of each peer in turn: node dist/test/call-hostile-peers.js '{"NAME":PORT}'
import { connect, SerfError } from '../src/index.js'

const peers = Object.entries(JSON.parse(process.argv[2] ?? '{}') as Record<string, number>)
const outcomes: Record<string, string> = {}
for (const [name, port] of peers) outcomes[name] = await outcomeOf(port)
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(`${JSON.stringify({ outcomes, peakMiB })}\n`)

async function outcomeOf(port: number): Promise<string> {
  await using client = await connect({ port })
  try {
    const members = await client.members(undefined, { timeoutMs: 2000 })
    return `${members.length} members`
  } catch (error) {
    return error instanceof SerfError ? error.code : String(error)
  }
}
