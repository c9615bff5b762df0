import { labelledContainers, type ContainerCli, type InspectedContainer } from 'lab-images'
import { findLabCli, type ContainerRunner } from './container-lab.js'
import { containerName, nodeOf, type ContainerPlace } from './container-place.js'
import { labLabel, nodeLabel } from './container-run.js'
import { asLabError, LabError } from '../lab-error.js'

/** The containers of one lab, by the names of its nodes. */
export interface NodeContainers {
  /** The engine's command line, found at the first use. */
  cli(): Promise<ContainerCli>
  /** Runs one of the engine's commands; a failure is a LabError. */
  run(...args: readonly string[]): Promise<string>
  nameOf(node: string): string
  /** Options that limit a command to this lab. */
  readonly ofLab: readonly string[]
  /** Returns the nodes that run. */
  running(): Promise<string[]>
  requireRunning(node: string): Promise<void>
  inspect(node: string): Promise<InspectedContainer>
  /** Removes the container of a node, or all of the lab, in whatever state they are. */
  remove(node?: string): Promise<void>
}

/** Returns the containers of the lab in this place. */
export function nodeContainers(place: ContainerPlace, wanted?: ContainerRunner): NodeContainers {
  const labelled = labelledContainers(`${labLabel}=${place.network}`, () =>
    findLabCli(place, wanted),
  )
  const nameOf = (node: string) => containerName(place, node)
  const running = async () =>
    (await asLabError(labelled.running())).map(name => nodeOf(place, name))
  return {
    cli: labelled.cli,
    run: (...args) => asLabError(labelled.run(...args)),
    nameOf,
    ofLab: labelled.filter,
    running,

    async requireRunning(node) {
      const nodes = await running()
      if (nodes.includes(node)) return
      throw new LabError(`Node ${node} does not run: expected one of: ${nodes.join(', ')}`)
    },

    inspect: node => asLabError(labelled.inspect(nameOf(node))),
    remove: node =>
      asLabError(labelled.remove(node === undefined ? undefined : `${nodeLabel}=${node}`)),
  }
}
