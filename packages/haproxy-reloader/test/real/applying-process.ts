import { readFileSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { checkConfiguration } from 'haproxy-config-text'
import { createMasterClient, createRuntimeClient } from 'haproxy-runtime'
import { until } from 'real-components'
import { createReloader, reloadViaMaster, type DesiredState } from '../../src/index.js'

/** The task of a process that applies a configuration; its argument is a file with it, as JSON. */
export interface Assignment {
  readonly file: string
  readonly runtimeSocket: string
  readonly masterSocket: string
  readonly generations: string
  readonly program: string
  /** Configurations that are applied before, one after the other. */
  readonly earlier?: readonly DesiredState[]
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
      map(id) {
        const map = runtime.map(id)
        const replace: typeof map.replace = async (entries, options) => {
          await map.replace(entries, options)
          await at('list set')
        }
        return { ...map, replace }
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
  for (const earlier of given.earlier ?? []) await reloader.apply(earlier)
  await reloader.apply(given.desired)
  if (given.stopAt === 'not written') blockHere()
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

/** Stops everything that would go on by itself, such as writing the file. */
function blockHere(): never {
  writeSync(1, 'stopped\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  throw new Error('expected to be killed')
}

function stopHere(): Promise<never> {
  process.stdout.write('stopped\n')
  setInterval(() => {}, 60_000)
  return new Promise(() => {})
}

const assignment = readFileSync(process.argv[2] ?? '', 'utf8')
await applyUntilStopped(JSON.parse(assignment) as Assignment)
