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
  'record membership changes as JSON lines for `replay`; applies nothing',
)
  .option('--out <file>', 'append to a file instead of printing')
  .option('--for <seconds>', 'stop after N seconds; by default at SIGINT', seconds)
  .addHelpText(
    'after',
    '\nThe recording contains names, addresses and tags of members, but no keys.',
  )
  .action(record)

async function record(flags: RecordFlags): Promise<void> {
  const stop = new AbortController()
  // Not `once`: a second signal during a write would end the process.
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
  throw new InvalidArgumentError(`Expected seconds, up to 86400, got ${text}.`)
}
