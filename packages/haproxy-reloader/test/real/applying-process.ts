import { connect } from 'node:net'
import { checkConfiguration } from 'haproxy-config-text'
import { createMasterClient, createRuntimeClient } from 'haproxy-runtime'
import { until } from 'real-components'
import { createReloader, reloadViaMaster, type DesiredState } from '../../src/index.js'

/** The arguments of a process that applies a configuration. */
export interface Assignment {
  readonly file: string
  readonly runtimeSocket: string
  readonly masterSocket: string
  readonly generations: string
  readonly program: string
  readonly desired: DesiredState
  /** The step at which it stops, so that it can be killed there. */
  readonly stopAt: string
}

/**
 * Applies a configuration to a real HAProxy as any program does, and stops at
 * one step. It wraps only the options of the reloader, so that everything
 * between the steps is unchanged.
 */
async function applyUntilStopped(given: Assignment): Promise<void> {
  const at = (step: string) => (step === given.stopAt ? stopHere() : undefined)
  const runtime = createRuntimeClient({ socket: given.runtimeSocket })
  const reload = reloadViaMaster({ socket: given.masterSocket })
  let isReloaded = false
  const reloader = createReloader({
    configFile: given.file,
    generations: { folder: given.generations },
    runtime: {
      ...runtime,
      async batch(commands, options) {
        if (given.stopAt === 'half sent') {
          await runtime.batch(commands.slice(0, commands.length / 2), options)
          await at('half sent')
        }
        const results = await runtime.batch(commands, options)
        await at('sent')
        return results
      },
      async servers(pools, options) {
        const servers = await runtime.servers(pools, options)
        if (isReloaded) await at('verified')
        return servers
      },
    },
    async check(text, options) {
      await at('before the check')
      const configFile = given.file
      const result = await checkConfiguration(text, {
        binary: given.program,
        configFile,
        ...options,
      })
      await at('checked')
      return result
    },
    async reload(options) {
      await at('file replaced')
      if (given.stopAt === 'reload sent') await sendReload(given.masterSocket)
      await at('reload sent')
      const report = await reload(options)
      await at('reloaded')
      isReloaded = true
      return report
    },
  })
  await reloader.apply(given.desired)
  await at('applied')
  await reloader.settled()
  await at('settled')
}

/** Requests a reload of HAProxy, and waits until it has started. */
async function sendReload(socket: string): Promise<void> {
  const master = createMasterClient({ socket })
  const { reloads } = (await master.processes()).master
  const connection = connect(socket, () => connection.write('reload\n')).on('error', () => {})
  const begun = async () => (await master.processes()).master.reloads !== reloads
  // There is no answer while the master re-executes itself.
  await until('the reload', () => begun().catch(() => false))
}

function stopHere(): Promise<never> {
  process.stdout.write('stopped\n')
  setInterval(() => {}, 60_000)
  return new Promise(() => {})
}

await applyUntilStopped(JSON.parse(process.argv[2] ?? '') as Assignment)
