import { appendFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { recordMembership } from '../agent/dry-run.js'
import { configuredCommand, readConfiguration, type ConfigFlag } from './configured-command.js'
import { print } from './print.js'

interface RecordFlags extends ConfigFlag {
  readonly out?: string
  readonly for?: number
}

/** `serf-haproxy record`. */
export const recordCommand = configuredCommand(
  'record',
  'write what the cluster does as JSON lines for `replay`; nothing is changed',
)
  .option('--out <file>', 'append them to a file instead of printing them')
  .option('--for <seconds>', 'end after so long; until SIGINT by default', seconds)
  .addHelpText('after', '\nNames, addresses and tags of members are in it, and no keys.')
  .action(record)

async function record(flags: RecordFlags): Promise<void> {
  const stop = new AbortController()
  // Not `once`: with no listener left while a file is written, its writer would end this process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  process.stdout.on('error', () => stop.abort())
  const deadline = flags.for === undefined ? [] : [AbortSignal.timeout(flags.for * 1000)]
  const signal = AbortSignal.any([stop.signal, ...deadline])
  const { out } = flags
  const write = (text: string) =>
    out === undefined ? print(text) : appendFileSync(out, `${text}\n`, { mode: 0o600 })
  await recordMembership(readConfiguration(flags), line => write(JSON.stringify(line)), { signal })
}

function seconds(text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 86_400) return value
  throw new InvalidArgumentError(`found ${text}, wanted seconds, up to 86400`)
}
