import { connect } from 'node:net'
import { createMasterClient, createRuntimeClient } from 'haproxy-runtime'
import { until } from 'real-components'
import {
  checkConfiguration,
  createReloader,
  reloadViaMaster,
  type DesiredState,
} from '../../src/index.js'

/** What a process that applies a configuration is told. */
export interface Assignment {
  readonly file: string
  readonly runtimeSocket: string
  readonly masterSocket: string
  readonly generations: string
  readonly program: string
  readonly desired: DesiredState
  /** Where it is to stand still, so that it can be killed there. */
  readonly stopAt: string
}

/**
 * Applies a configuration to a real HAProxy as any program does, and stands
 * still at one step. Between the steps everything is as it always is: only
 * what the reloader is given anyway is wrapped.
 */
async function applyUntilStopped(given: Assignment): Promise<void> {
  const at = (step: string) => (step === given.stopAt ? standStill() : undefined)
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
    async check(file, options) {
      await at('staged')
      const result = await checkConfiguration(file, { binary: given.program, ...options })
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

/** Tells HAProxy to reload, and waits until it has begun. */
async function sendReload(socket: string): Promise<void> {
  const master = createMasterClient({ socket })
  const { reloads } = (await master.processes()).master
  const connection = connect(socket, () => connection.write('reload\n')).on('error', () => {})
  const begun = async () => (await master.processes()).master.reloads !== reloads
  // While the master executes itself anew nobody answers.
  await until('the reload', () => begun().catch(() => false))
}

function standStill(): Promise<never> {
  process.stdout.write('stopped\n')
  setInterval(() => {}, 60_000)
  return new Promise(() => {})
}

await applyUntilStopped(JSON.parse(process.argv[2] ?? '') as Assignment)
