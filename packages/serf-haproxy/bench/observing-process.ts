import { connect as connectSocket } from 'node:net'
import { connect } from 'node-serf-client'
import type { Answer, Task } from './scale/observer.js'

// Observes HAProxy and Serf in a process of its own, so that the queries take no time of the
// process that measures.

/** Pause between two questions; with the round trip it is less than a millisecond. */
const pauseMs = 0.4
const namesPerQuestion = 100
const pausing = new Int32Array(new SharedArrayBuffer(4))

process.on('message', (task: Task) => void answer(task))
process.on('disconnect', () => process.exit())

async function answer(task: Task): Promise<void> {
  if (task.kind === 'joins') return watchJoins(task)
  send({ kind: 'asking', id: task.id })
  const isWanted = (weight: string) => /^\d/.test(weight) === (task.kind === 'present')
  // The last name is usually the last that HAProxy gets: it is cheap to ask for it alone.
  const last = task.names.slice(-1)
  while (!(await weights(task.socket, last)).every(isWanted)) Atomics.wait(pausing, 0, 0, pauseMs)
  for (let from = 0; from < task.names.length - 1;) {
    const names = task.names.slice(from, from + namesPerQuestion)
    if ((await weights(task.socket, names)).every(isWanted)) from += namesPerQuestion
  }
  send({ kind: 'seen', id: task.id, at: nowMs() })
}

/** Asks for the weights of servers; an empty text for one without an answer. */
async function weights(socket: string, names: readonly string[]): Promise<readonly string[]> {
  const questions = names.map(name => `get weight nodes/${name}`).join(';')
  const reply = await new Promise<string>(resolve => {
    let text = ''
    const connection = connectSocket(socket, () => connection.write(`${questions}\n`))
    connection
      .setEncoding('utf8')
      .on('data', (more: string) => (text += more))
      .on('error', () => {})
      .on('close', () => resolve(text))
  })
  const answers = reply.split('\n').filter(line => line.trim() !== '')
  return names.map((_, i) => answers[i] ?? '')
}

/** Reports each join that Serf logs, and the end of a bare call for this member. */
async function watchJoins({ host, port }: Extract<Task, { kind: 'joins' }>): Promise<void> {
  const [log, calls] = await Promise.all([connect({ host, port }), connect({ host, port })])
  const lines = await log.monitor('INFO')
  // The client loads its check of expressions with the first call.
  await calls.members({ name: 'none' })
  send({ kind: 'asking', id: 0 })
  for await (const line of lines) {
    const [, name] = /serf: EventMemberJoin: (\S+) /.exec(line) ?? []
    if (name === undefined) continue
    const at = nowMs()
    void calls
      .members({ name })
      .then(() => send({ kind: 'joined', name, at, bareMs: nowMs() - at }))
  }
}

function send(message: Answer): void {
  process.send?.(message)
}

/** Time of a clock that all processes of the machine share. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
