import { ScalerError, type Driver } from 'pool-scaler'
import type { NodeEngine } from '../engine/node-engine.js'
import { backendName } from '../engine/place.js'

/** Creates the driver that starts and stops the nodes of a lab. */
export function engineDriver(engine: NodeEngine): Driver {
  /** Names of the nodes that are being started: an engine does not list them so far. */
  const starting = new Set<string>()
  return {
    start: () =>
      orderly(async () => {
        const node = claimName(await engine.nodes(), starting)
        try {
          await engine.start(node)
        } finally {
          starting.delete(node)
        }
      }),
    stop: (_, node) => orderly(() => engine.stop(node)),
    // A node that was lost has no processes, and its name is free.
    remove: async () => {},
  }
}

/** Turns every failure of an engine into one that the scaler pauses for. */
async function orderly(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ScalerError('driver', reason, { cause })
  }
}

/** Takes the first name that is free. */
function claimName(running: ReadonlyMap<string, unknown>, starting: Set<string>): string {
  for (let number = 1; ; number++) {
    const node = backendName(number)
    if (running.has(node) || starting.has(node)) continue
    starting.add(node)
    return node
  }
}
