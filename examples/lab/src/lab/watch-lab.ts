import { setTimeout as wait } from 'node:timers/promises'
import { terminalOf } from 'command-line-program'
import { createLogUpdate } from 'log-update'
import type { NodeEngine } from '../engine/node-engine.js'
import { labStatus } from './lab-status.js'
import { statusTable } from './status-table.js'

const refreshMs = 500

/**
 * Shows the live table until `signal` aborts or the lab is gone; on a
 * terminal it is drawn in place, elsewhere a table is printed when a state
 * changes.
 *
 * @returns whether the lab is still there
 */
export async function watchLab(engine: NodeEngine, signal: AbortSignal): Promise<boolean> {
  // A terminal without a size, as some programs make it, would show none of the table.
  const { isTTY, columns, rows } = process.stdout
  const draw = isTTY && columns > 0 && rows > 0 ? drawInPlace() : printChanges()
  while (!signal.aborted) {
    if (!(await engine.exists())) return false
    const nodes = await labStatus(engine).catch((error: unknown) => {
      // Another terminal has just taken the lab down.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    })
    if (nodes && !signal.aborted) draw(nodes)
    await wait(refreshMs, undefined, { signal }).catch(() => {})
  }
  return true
}

type Draw = (nodes: Parameters<typeof statusTable>[0]) => void

function drawInPlace(): Draw {
  const update = createLogUpdate(process.stdout)
  return nodes => update(statusTable(nodes, terminalOf(process.stdout)))
}

function printChanges(): Draw {
  let shown = ''
  return nodes => {
    const states = statusTable(nodes.map(node => ({ ...node, requests: undefined })))
    if (states === shown) return
    shown = states
    console.log(`${statusTable(nodes, terminalOf(process.stdout))}\n`)
  }
}
