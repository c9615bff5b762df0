// Reads hostile replies: node dist/test/read-hostile-replies.js '{"NAME":"SOCKET"}'
import { createMasterClient, createRuntimeClient, HaproxyError } from '../src/index.js'

const sockets = Object.entries(JSON.parse(process.argv[2] ?? '{}') as Record<string, string>)
const codes: Record<string, string> = {}
for (const [name, socket] of sockets) codes[name] = await codeOf(() => read(name, socket))
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(`${JSON.stringify({ codes, peakMiB })}\n`)

async function read(name: string, socket: string): Promise<unknown> {
  const runtime = createRuntimeClient({ socket, timeoutMs: 20_000 })
  if (name.startsWith('show stat')) return runtime.statistics()
  if (name.startsWith('show sess')) return runtime.sessions()
  if (name.startsWith('show map')) return runtime.map('x').entries()
  if (name.startsWith('show info')) return runtime.info()
  if (name.startsWith('drip')) return runtime.info({ timeoutMs: 200 })
  if (name.startsWith('show proc')) return createMasterClient({ socket }).processes()
  return runtime.servers(['a', 'b'])
}

async function codeOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act()
    return 'read'
  } catch (error) {
    return error instanceof HaproxyError ? error.code : String(error)
  }
}
