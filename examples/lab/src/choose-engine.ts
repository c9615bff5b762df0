import { existsSync } from 'node:fs'
import { containerEngine } from './containers/container-node-engine.js'
import { containerPlaceOn, containerSubnet } from './containers/container-place.js'
import type { NodeEngine } from './engine/node-engine.js'
import { placeOn } from './engine/place.js'
import { processEngine } from './processes/process-engine.js'
import { appliedStage, type Stage } from './engine/stage.js'

/** What may run the nodes: `container` is docker or podman, whichever answers. */
export const engineNames = ['auto', 'process', 'container', 'docker', 'podman'] as const
export type LabEngineName = (typeof engineNames)[number]

/** What of the command line says where the lab is. */
export interface LabLocation {
  readonly engine: LabEngineName
  readonly subnet?: string | undefined
  readonly folder?: string | undefined
}

const processSubnet = '127.0.42'

/**
 * The engine of the lab that is meant. `auto` is told by the subnet, or by the
 * lab that is there; on Linux nodes are processes, elsewhere containers.
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
