import { Session } from 'node:inspector'

// Loaded into the agent's process with `--import`: counts the bytes that it allocates between two
// messages of the parent process.

interface AllocationNode {
  readonly selfSize: number
  readonly children: readonly AllocationNode[]
}

/** Mean distance of two samples; some hundred bytes make the sum exact to a few percent. */
const samplingInterval = 2048

const session = new Session()
session.connect()
process.on('message', message => {
  if (message === 'start') start()
  if (message === 'stop') stop()
})
process.channel?.unref()

function start(): void {
  const collected = {
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  }
  session.post('HeapProfiler.startSampling', { samplingInterval, ...collected }, () =>
    process.send?.(0),
  )
}

function stop(): void {
  session.post('HeapProfiler.stopSampling', (_error, { profile }) =>
    process.send?.(allocated(profile.head)),
  )
}

function allocated({ selfSize, children }: AllocationNode): number {
  return children.reduce((sum, child) => sum + allocated(child), selfSize)
}
