import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, ask, isGood } from 'serf-haproxy-lab'

/** One request of a steady traffic. */
export interface Sample {
  /** Time of sending, before (negative) or after the act; milliseconds. */
  readonly atMs: number
  readonly tookMs: number
  /** HTTP status; 0 where the connection failed, or no answer came in time. */
  readonly status: number
}

/** A steady traffic around an act. */
export interface Shape {
  /** Requests a second, whether or not the ones before were answered. */
  readonly rate: number
  readonly secondsBefore: number
  readonly secondsAfter: number
}

/** Sends requests at a steady rate, each on a connection of its own, and does `act` in the middle. */
export async function steadyTraffic(
  target: { readonly host: string; readonly port: number },
  { rate, secondsBefore, secondsAfter }: Shape,
  act: () => Promise<unknown>,
): Promise<Sample[]> {
  const before = Math.round(rate * secondsBefore)
  const total = before + Math.round(rate * secondsAfter)
  const startedAt = performance.now()
  const actAt = startedAt + (before * 1000) / rate
  const answers: Promise<Sample>[] = []
  let acting: Promise<unknown> | undefined
  for (let i = 0; i < total; i++) {
    const dueAt = startedAt + (i * 1000) / rate
    await wait(Math.max(0, dueAt - performance.now()))
    if (i === before) {
      acting = act()
      // Its error is reported after the last request.
      acting.catch(() => {})
    }
    const sentAt = performance.now()
    answers.push(ask(target).then(answer => sample(answer, sentAt - actAt)))
  }
  const samples = await Promise.all(answers)
  await (acting ?? act())
  return samples
}

function sample(answer: Answer, atMs: number): Sample {
  return { atMs: Math.round(atMs), tookMs: Math.round(answer.tookMs), status: answer.status ?? 0 }
}

/** Many clients that each send one request after the other; how many requests, and how many failed. */
export async function closedTraffic(
  target: { readonly host: string; readonly port: number },
  clients: number,
  act: () => Promise<unknown>,
): Promise<{ requests: number; failed: number }> {
  let isOver = false
  const counts = { requests: 0, failed: 0 }
  const client = async () => {
    while (!isOver) {
      const answer = await ask(target)
      counts.requests++
      if (!isGood(answer)) counts.failed++
      await wait(1)
    }
  }
  const running = Array.from({ length: clients }, client)
  try {
    await act()
  } finally {
    isOver = true
    await Promise.all(running)
  }
  return counts
}
