import { appendFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { recordMembership } from '../agent/dry-run.js'
import { shownJson } from '../redaction/shown.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'
import { failToWrite, printText } from './print.js'

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
  const write = flags.out === undefined ? printText : appender(flags.out, () => stop.abort())
  const configuration = readConfiguration(flags)
  // A file that cannot be written ends the command now, and not at the first change.
  write('')
  if (signal.aborted) return
  await recordMembership(configuration, line => write(`${shownJson(line)}\n`), { signal })
}

/** Returns a function that appends to a file; the first error is reported, and `onError` is called. */
function appender(file: string, onError: () => void): (text: string) => void {
  return text => {
    try {
      appendFileSync(file, text, { mode: 0o600 })
    } catch (error) {
      failToWrite(file, error)
      onError()
    }
  }
}

function seconds(text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 86_400) return value
  throw new InvalidArgumentError(`Expected seconds, up to 86400, got ${text}.`)
}
