import type { Tidy } from 'real-components'

/** Endings of all that runs, such as other processes, in the order of the start. */
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

/**
 * Ends all processes and sockets, the last first, also those that a measurement starts meanwhile.
 * An error of one ending does not prevent the others.
 */
export async function endAll(): Promise<void> {
  for (let end = newest(); end; end = newest()) {
    open.delete(end)
    await Promise.resolve()
      .then(end)
      .catch(() => {})
  }
}

function newest(): (() => unknown) | undefined {
  return [...open].at(-1)
}
