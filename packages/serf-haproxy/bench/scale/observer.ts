import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endProcess, type Tidy } from 'real-components'

/** Task of an observing process. */
export type Task =
  | {
      readonly kind: 'present' | 'absent'
      readonly id: number
      readonly socket: string
      /** Servers of the pool `nodes`. */
      readonly names: readonly string[]
    }
  | { readonly kind: 'joins'; readonly host: string; readonly port: number }

/** Message of an observing process; times are in milliseconds of a clock that all processes share. */
export type Answer =
  | { readonly kind: 'asking'; readonly id: number }
  | { readonly kind: 'seen'; readonly id: number; readonly at: number }
  | ({ readonly kind: 'joined'; readonly name: string } & ObservedJoin)

/** A join that Serf logged. */
export interface ObservedJoin {
  /** Time of the log line. */
  readonly at: number
  /** Duration of a bare `members-filtered` call that followed it. */
  readonly bareMs: number
}

/** Observer of the servers of a HAProxy. */
export interface Observer {
  /**
   * Does something, and resolves with the milliseconds from its start until HAProxy has all
   * these servers, or none of them.
   */
  measure(
    kind: 'present' | 'absent',
    names: readonly string[],
    cause: () => unknown,
  ): Promise<number>
  /** Resolves with the time at which HAProxy has these servers. */
  seenAt(names: readonly string[]): Promise<number>
}

const program = fileURLToPath(new URL('../observing-process.js', import.meta.url))
const longestMs = 180_000

/** Time of a clock that all processes of the machine share, in milliseconds. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Starts a process that asks a HAProxy for its servers. */
export function startObserver(tidy: Tidy, socket: string): Observer {
  const child = startProcess(tidy)
  let id = 0
  const ask = async (kind: 'present' | 'absent', names: readonly string[]) => {
    const task = ++id
    const asking = answerOf(child, each => each.kind === 'asking' && each.id === task)
    const seen = answerOf(
      child,
      each => each.kind === 'seen' && each.id === task,
      `${names.at(-1)} to be ${kind}`,
    )
    child.send({ kind, id: task, socket, names } satisfies Task)
    await asking
    return { seen: seen.then(answer => ('at' in answer ? answer.at : Number.NaN)) }
  }
  return {
    measure: async (kind, names, cause) => {
      const { seen } = await ask(kind, names)
      const startedAt = nowMs()
      await cause()
      return (await seen) - startedAt
    },
    seenAt: async names => (await ask('present', names)).seen,
  }
}

/** Starts a process that notes the joins that a Serf agent logs. */
export async function observeJoins(
  tidy: Tidy,
  host: string,
  port: number,
): Promise<ReadonlyMap<string, ObservedJoin>> {
  const child = startProcess(tidy)
  const joins = new Map<string, ObservedJoin>()
  child.on('message', (answer: Answer) => {
    if (answer.kind === 'joined') joins.set(answer.name, answer)
  })
  const asking = answerOf(child, each => each.kind === 'asking')
  child.send({ kind: 'joins', host, port } satisfies Task)
  await asking
  return joins
}

function startProcess(tidy: Tidy): ChildProcess {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  tidy.teardown(() => endProcess(child))
  return child
}

function answerOf(
  child: ChildProcess,
  isWanted: (answer: Answer) => boolean,
  what = 'the observing process',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: Answer) => {
      if (!isWanted(answer)) return
      clearTimeout(timer)
      child.off('message', onMessage)
      resolve(answer)
    }
    const timer = setTimeout(() => {
      child.off('message', onMessage)
      reject(new Error(`timeout: waited ${longestMs} ms for ${what}`))
    }, longestMs)
    child.on('message', onMessage)
  })
}
