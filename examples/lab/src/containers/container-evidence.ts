import { processScript, tagOf } from 'lab-images'
import { containerFacts } from './container-node-facts.js'
import type { ContainerPlace } from './container-place.js'
import type { NodeContainers } from './node-containers.js'
import type { NodeEngine } from '../engine/node-engine.js'
import { LabError } from '../lab-error.js'
import { addressOf } from '../engine/place.js'

/** Returns the part of the engine that reports on its nodes. */
export function containerEvidence(
  runner: NodeContainers,
  place: ContainerPlace,
): Pick<NodeEngine, 'logs' | 'inspect' | 'list' | 'images' | 'exec'> {
  const { cli, run, nameOf } = runner
  const commandOf = async (args: readonly string[]) => [(await cli()).name, ...args].join(' ')

  return {
    async logs(node) {
      const args = ['logs', nameOf(node)]
      const { code, stdout, stderr } = await (await cli()).attempt(args)
      if (code !== 0) throw new LabError(`There has been no node ${node} in this lab`)
      return { command: await commandOf(args), text: `${stdout}${stderr}` }
    },

    async inspect(node) {
      const full = await runner.inspect(node)
      const printed =
        full.State.Status === 'running'
          ? await run('exec', nameOf(node), 'sh', '-c', processScript)
          : undefined
      const facts = containerFacts(node, addressOf(place, node), full, printed)
      return { command: await commandOf(['inspect', nameOf(node)]), full, facts }
    },

    async list() {
      const args = ['ps', '--all', ...runner.ofLab]
      return { command: await commandOf(args), text: await run(...args) }
    },

    async images() {
      const printed: string[] = []
      const commands: string[] = []
      for (const image of ['base', 'ha', 'webapp'] as const) {
        const args = ['history', tagOf(image)]
        commands.push(await commandOf(args))
        printed.push(`${commands.at(-1)}\n${await run(...args)}`)
      }
      return { command: commands.join('; '), text: printed.join('\n') }
    },

    async exec(node, command) {
      await runner.requireRunning(node)
      // The variables that its services have, those found out at its start included.
      const args = ['exec', nameOf(node), 's6-envdir', '/run/environment', ...command]
      const { code, stdout, stderr } = await (await cli()).attempt(args)
      if (code !== 0) throw new LabError(`On ${node}, ${command.join(' ')} failed: ${stderr}`)
      return { command: await commandOf(args), text: `${stdout}${stderr}` }
    },
  }
}
