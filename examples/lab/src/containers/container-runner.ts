import type { ContainerEngine } from 'lab-images'
import type { InspectedContainer } from './container-facts.js'
import { engineFor, type RunnerName } from './container-lab.js'
import { containerName, nodeOf, type ContainerPlace } from './container-place.js'
import { labLabel, nodeLabel } from './container-run.js'
import { asLabError, LabError } from '../lab-error.js'

/** The containers of one lab, and the engine that runs them. */
export interface ContainerRunner {
  /** Found at the first use. */
  engine(): Promise<ContainerEngine>
  /** Runs one of the engine's commands; what goes wrong is for the lab's user. */
  run(...args: readonly string[]): Promise<string>
  nameOf(node: string): string
  /** The words that leave out what is not of this lab. */
  readonly ofLab: readonly string[]
  /** The nodes that run. */
  running(): Promise<string[]>
  requireRunning(node: string): Promise<void>
  inspect(node: string): Promise<InspectedContainer>
  /** Removes the container of a node, or all of the lab, whatever they do. */
  remove(node?: string): Promise<void>
}

/** The containers of the lab in this place. */
export function containerRunner(place: ContainerPlace, wanted?: RunnerName): ContainerRunner {
  let found: Promise<ContainerEngine> | undefined
  const engine = () => (found ??= engineFor(place, wanted))
  const run = async (...args: readonly string[]) => asLabError((await engine()).run(args))
  const nameOf = (node: string) => containerName(place, node)
  const ofLab = ['--filter', `label=${labLabel}=${place.network}`]
  const running = async () => {
    // Their labels cannot be asked for in words that both engines know.
    const names = words(await run('ps', ...ofLab, '--format', '{{.Names}}'))
    return names.map(name => nodeOf(place, name))
  }

  return {
    engine,
    run,
    nameOf,
    ofLab,
    running,

    async requireRunning(node) {
      const nodes = await running()
      if (nodes.includes(node)) return
      throw new LabError(`Node ${node} does not run: wanted one of: ${nodes.join(', ')}`)
    },

    async inspect(node) {
      const text = await run('inspect', '--type', 'container', nameOf(node))
      const [container] = JSON.parse(text) as [InspectedContainer]
      return container
    },

    async remove(node) {
      const ofNode = node === undefined ? [] : ['--filter', `label=${nodeLabel}=${node}`]
      const ids = words(await run('ps', '--all', '--quiet', ...ofLab, ...ofNode))
      if (ids.length > 0) await run('rm', '--force', '--volumes', ...ids)
    },
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '')
}
