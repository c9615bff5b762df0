import { execFile } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { fakeHaproxySocket } from './fake-haproxy-socket.js'

/** Heap of the client's process, in MiB: a parser without limits needs gigabytes. */
const heapMiB = 256
/** Memory of the whole process, in MiB: heap, buffers and Node.js itself. */
const mostMiB = 450

const mebibyte = 2 ** 20
const stateColumns =
  'be_name srv_name srv_addr srv_port srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_check_status srv_check_health srv_check_state srv_agent_state srv_use_ssl srv_check_port'
const statHeader = `# pxname,svname,type${',x'.repeat(200)}`
const prompted = (...replies: readonly string[]) => ['', ...replies, ''].join('\n> ')

/** A reply or how it is sent, and the code with which reading it ends. */
const replies: Readonly<
  Record<string, { readonly ends: string; readonly sends: string | ((socket: Socket) => void) }>
> = {
  'servers of 30 MiB in rows of one character': {
    ends: 'reply-too-large',
    sends: prompted(`1\n# ${stateColumns}\n${'x\n'.repeat(15 * mebibyte)}`, ''),
  },
  'servers of two pools with 200,000 rows each': {
    ends: 'reply-too-large',
    sends: prompted(...[1, 2].map(() => `1\n# ${stateColumns}\n${'a b\n'.repeat(200_000)}`)),
  },
  'show stat of 30 MiB in one row of commas': {
    ends: 'read',
    sends: prompted(`${statHeader}\n${','.repeat(30 * mebibyte)}`),
  },
  'show stat with a header of 30 MiB': {
    ends: 'protocol',
    sends: prompted(`# pxname,svname,type${',x'.repeat(15 * mebibyte)}`),
  },
  'show stat of 150,000 servers with all columns': {
    ends: 'read',
    sends: prompted(`${statHeader}\n${`a,b,2${','.repeat(200)}\n`.repeat(150_000)}`),
  },
  'show sess of 30 MiB': {
    ends: 'reply-too-large',
    sends: prompted('0x1: a\n'.repeat(4 * mebibyte)),
  },
  'show map of 30 MiB': {
    ends: 'reply-too-large',
    sends: prompted('0x1 a b\n'.repeat(3.9 * mebibyte)),
  },
  'show info of 30 MiB': {
    ends: 'read',
    sends: prompted(`Pid: 1\nVersion: ${'9'.repeat(30 * mebibyte)}\nUptime_sec: 1\n`),
  },
  'show proc of 5 MiB': { ends: 'reply-too-large', sends: '1 worker \n'.repeat(mebibyte / 2) },
  'show proc of 3 MiB': {
    ends: 'read',
    sends: `1 master 0\n# workers\n${'1 worker \n'.repeat(mebibyte / 4)}# old workers\n`,
  },
  'drip, a byte at a time': {
    ends: 'timeout',
    sends: socket => {
      const timer = setInterval(() => socket.write('x'), 5)
      socket.on('close', () => clearInterval(timer))
    },
  },
}

t.test('a hostile reply costs a limited time and memory, and its code says why', async t => {
  const sockets: Record<string, string> = {}
  for (const [name, { sends }] of Object.entries(replies)) {
    const haproxy = await fakeHaproxySocket(t, connection => {
      if (typeof sends === 'string') connection.end(sends)
      else sends(connection)
    })
    sockets[name] = haproxy.path
  }
  const program = fileURLToPath(new URL('read-hostile-replies.js', import.meta.url))
  const args = [`--max-old-space-size=${heapMiB}`, program, JSON.stringify(sockets)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { codes, peakMiB } = JSON.parse(stdout) as { codes: object; peakMiB: number }
  const expected = Object.entries(replies).map(([name, { ends }]) => [name, ends])
  t.strictSame(codes, Object.fromEntries(expected))
  t.comment(`the client needed ${peakMiB} MiB at most`)
  t.ok(peakMiB < mostMiB, `${peakMiB} MiB`)
})
