import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { connectToFake, startFakeRpcServer } from './fake-rpc-server.js'
import { hostileReplies, sendTo } from './hostile-peers.js'
import { frames, header } from './wire-objects.js'

/** Heap of the client's process, in MiB: a decoder without limits needs gigabytes. */
const heapMiB = 300
/** Memory of the whole process, in MiB: heap, buffers and Node.js itself. */
const mostMiB = 450

t.test('a hostile peer costs a call a limited time and memory, and its code says why', async t => {
  const ports: Record<string, number> = {}
  for (const [name, { reply }] of Object.entries(hostileReplies)) {
    const { port } = await startFakeRpcServer(t, ({ seq }, socket) => {
      sendTo(socket, reply(seq)).catch(t.threw)
    })
    ports[name] = port
  }
  const program = fileURLToPath(new URL('call-hostile-peers.js', import.meta.url))
  const args = [`--max-old-space-size=${heapMiB}`, program, JSON.stringify(ports)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { outcomes, peakMiB } = JSON.parse(stdout) as { outcomes: object; peakMiB: number }
  t.strictSame(
    outcomes,
    Object.fromEntries(Object.entries(hostileReplies).map(([name, { ends }]) => [name, ends])),
  )
  t.comment(`the client needed ${peakMiB} MiB at most`)
  t.ok(peakMiB < mostMiB, `${peakMiB} MiB`)
})

t.test(
  'a stream without a reader keeps the newest 8 MiB of the log, and counts the rest',
  async t => {
    const line = 'x'.repeat(2 ** 20)
    const { client } = await connectToFake(t, ({ seq, command }, socket) => {
      socket.write(frames(header(seq), ...(command === 'members' ? [{ Members: null }] : [])))
      if (command !== 'monitor') return
      for (let i = 0; i < 30; i++) socket.write(frames(header(seq), { Log: `${i} ${line}` }))
    })
    const lines = await client.monitor('DEBUG')
    // Its reply comes behind all lines.
    await client.members()
    t.equal(lines.missed, 23)
    t.match((await lines.next()).value?.slice(0, 3), '23 ')
  },
)
