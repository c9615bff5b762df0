import type { Membership } from 'serf-events'

/** A member of a fake cluster. */
export interface FakeMember {
  readonly name: string
  readonly status: 'alive' | 'leaving' | 'left' | 'failed'
  readonly suspect?: boolean
  /** Address; one of loopback by default. */
  readonly address?: string
  readonly tags?: Readonly<Record<string, string>>
}

/**
 * Returns a snapshot of fake members, which differ in their ports.
 *
 * @param self - name of the balancer's own member
 */
export function membershipOf(members: readonly FakeMember[], self?: string): Membership {
  return {
    members: new Map(
      members.map(({ name, status, address = '127.0.0.1', tags = {} }) => [
        name,
        { name, status, address, port: 7946, tags: { role: 'backend', ...tags } },
      ]),
    ),
    suspects: new Set(members.flatMap(({ name, suspect }) => (suspect ? name : []))),
    conflicts: new Map(),
    ...(self !== undefined && { self }),
    connected: true,
    changeSource: 'log',
    cause: 'log',
    at: Date.now(),
    detectedAt: performance.now(),
  }
}

/** Returns the fake member `s<i>`, on a port where nothing listens. */
export const fakeMember = (i: number, status: FakeMember['status'] = 'alive'): FakeMember => ({
  name: `s${i}`,
  status,
  tags: { port: String(20_000 + i) },
})

/** A fake Serf watch: `tell` publishes the next snapshot of the members. */
export function fakeWatch() {
  const waiting: Membership[] = []
  const refreshes = new EventTarget()
  const refreshed = () =>
    new Promise(resolve => refreshes.addEventListener('refresh', resolve, { once: true }))
  const wake = () => refreshes.dispatchEvent(new Event('refresh'))
  async function* membership({ signal }: { signal: AbortSignal }): AsyncGenerator<Membership> {
    signal.addEventListener('abort', wake)
    while (!signal.aborted) {
      const next = waiting.shift()
      if (next) yield next
      else await refreshed()
    }
  }
  const tell = (members: readonly FakeMember[], self?: string) => {
    waiting.push(membershipOf(members, self))
    wake()
  }
  return { membership, tell }
}
