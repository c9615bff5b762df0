import type { Tidy } from 'real-components'

/** What has to end before this process does, in the order of its start. */
const open = new Set<() => unknown>()

/** Runs a measurement, and ends all that it has started. */
export async function withEndings<T>(measure: (tidy: Tidy) => Promise<T>): Promise<T> {
  const own: (() => unknown)[] = []
  const teardown = (end: () => unknown) => {
    own.push(end)
    open.add(end)
  }
  try {
    return await measure({ teardown })
  } finally {
    for (const end of own.toReversed()) {
      open.delete(end)
      await end()
    }
  }
}

/** Ends all that runs now, the last first; an error of one does not keep the others. */
export async function endAll(): Promise<void> {
  for (const end of [...open].toReversed()) {
    open.delete(end)
    await Promise.resolve()
      .then(end)
      .catch(() => {})
  }
}
