import { existsSync } from 'node:fs'
import { containerEngine } from './containers/container-node-engine.js'
import { containerPlaceOn, containerSubnet } from './containers/container-place.js'
import type { NodeEngine } from './engine/node-engine.js'
import { placeOn } from './engine/place.js'
import { processEngine } from './processes/process-engine.js'
import { appliedStage, type Stage } from './engine/stage.js'

/** Names for `--engine`: `container` is docker or podman, whichever answers. */
export const engineNames = ['auto', 'process', 'container', 'docker', 'podman'] as const
type LabEngineName = (typeof engineNames)[number]

/** Options of the command line that select a lab. */
export interface LabLocation {
  readonly engine: LabEngineName
  readonly subnet?: string | undefined
  readonly folder?: string | undefined
}

const processSubnet = '127.0.42'

/**
 * Returns the engine of the selected lab. `auto` follows the subnet, or the lab
 * that exists; otherwise nodes are processes on Linux, and containers elsewhere.
 */
export function chooseEngine(
  { engine, subnet, folder }: LabLocation,
  stage: Stage = appliedStage,
): NodeEngine {
  const isAuto = engine === 'auto'
  const isContained = subnet === undefined ? isInContainers() : !subnet.startsWith('127.')
  if (engine === 'process' || (isAuto && !isContained)) {
    return processEngine(placeOn(subnet ?? processSubnet, folder), stage)
  }
  const wanted = engine === 'docker' || engine === 'podman' ? engine : undefined
  return containerEngine(containerPlaceOn(subnet ?? containerSubnet, folder), wanted, stage)
}

function isInContainers(): boolean {
  if (process.platform !== 'linux') return true
  const asProcesses = existsSync(placeOn(processSubnet).folder)
  return !asProcesses && existsSync(containerPlaceOn(containerSubnet).folder)
}
