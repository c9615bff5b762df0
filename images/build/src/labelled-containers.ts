import type { ContainerCli } from './container-cli.js'
import type { InspectedContainer } from './container-facts.js'

/** The containers that carry one label, and the command line of the engine that runs them. */
export interface LabelledContainers {
  cli(): Promise<ContainerCli>
  /**
   * Runs one of the engine's commands.
   *
   * @returns its output
   * @throws ImageError where it fails.
   */
  run(...args: readonly string[]): Promise<string>
  /** Options that limit a command such as `ps` to these containers. */
  readonly filter: readonly string[]
  /** Returns the names of those that run. */
  running(): Promise<string[]>
  inspect(name: string): Promise<InspectedContainer>
  /** Removes those that also carry `label`, or all, in whatever state they are. */
  remove(label?: string): Promise<void>
}

/** Returns the containers with this label, as in `key=value`; `findCli` is called at the first use. */
export function labelledContainers(
  label: string,
  findCli: () => Promise<ContainerCli>,
): LabelledContainers {
  let found: Promise<ContainerCli> | undefined
  const cli = () => (found ??= findCli())
  const run = async (...args: readonly string[]) => (await cli()).run(args)
  const filter = ['--filter', `label=${label}`]
  return {
    cli,
    run,
    filter,

    async running() {
      // docker and podman print labels in different forms, names in the same one.
      return words(await run('ps', ...filter, '--format', '{{.Names}}'))
    },

    async inspect(name) {
      const text = await run('inspect', '--type', 'container', name)
      const [container] = JSON.parse(text) as [InspectedContainer]
      return container
    },

    async remove(more) {
      const narrower = more === undefined ? [] : ['--filter', `label=${more}`]
      const ids = words(await run('ps', '--all', '--quiet', ...filter, ...narrower))
      if (ids.length > 0) await run('rm', '--force', '--volumes', ...ids)
    },
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '')
}
