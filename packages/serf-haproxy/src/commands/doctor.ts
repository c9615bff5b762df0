import { coloured, terminalOf, type State } from 'command-line-program'
import { examine } from '../doctor/examine.js'
import type { Finding } from '../doctor/finding.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'
import { printColoured, printJson } from './print.js'
import { printableText } from '../printable-name.js'

const timeoutMs = 15_000

/** `serf-haproxy doctor`. */
export const doctorCommand = configuredCommand(
  'doctor',
  'diagnose Serf, HAProxy, files, permissions, versions, template and drift; exits 1 if any check fails',
)
  .option('--json', 'print the findings as JSON')
  .action(doctor)

async function doctor(flags: ConfigFlag & { json?: true }): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs)
  const findings = await examine(() => readConfiguration(flags), { signal })
  const isOk = findings.every(({ level }) => level !== 'fail')
  if (flags.json) printJson({ ok: isOk, findings })
  else {
    const { isColoured } = terminalOf(process.stdout)
    printColoured(findings.map(finding => describe(finding, isColoured)).join('\n'))
  }
  if (!isOk) process.exitCode = 1
}

const states: Readonly<Record<Finding['level'], State>> = {
  ok: 'good',
  warn: 'warning',
  fail: 'bad',
}

function describe({ level, check, text, remedy }: Finding, isColoured: boolean): string {
  const name = coloured(level.padEnd(4), states[level], isColoured)
  const line = `${name}  ${check}: ${printableText(text)}`
  return remedy === undefined ? line : `${line}\n      → ${remedy}`
}
