import { examine } from '../doctor/examine.js'
import type { Finding } from '../doctor/finding.js'
import { configuredCommand, readConfiguration, type ConfigFlag } from './configured-command.js'
import { print } from './print.js'
import { oneLine } from './table.js'

const timeoutMs = 15_000

/** `serf-haproxy doctor`. */
export const doctorCommand = configuredCommand(
  'doctor',
  'look at Serf, HAProxy, files, permissions, versions, template and drift; exit 1 where one is bad',
)
  .option('--json', 'print the findings as JSON')
  .action(doctor)

async function doctor(flags: ConfigFlag & { json?: true }): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs)
  const findings = await examine(() => readConfiguration(flags), { signal })
  const isGood = findings.every(({ level }) => level !== 'bad')
  print(flags.json ? JSON.stringify({ ok: isGood, findings }) : findings.map(describe).join('\n'))
  if (!isGood) process.exitCode = 1
}

function describe({ level, check, text, remedy }: Finding): string {
  const line = `${level.padEnd(4)}  ${check}: ${oneLine(text)}`
  return remedy === undefined ? line : `${line}\n      → ${remedy}`
}
