import { keepalivedError } from '../balancers/keepalived-error.js'
import { takenPorts } from '../doctor/taken-ports.js'
import { resolve } from 'node:path'
import { plural } from 'command-line-program'
import { printableName, printableText } from '../printable-name.js'
import { printedPools } from '../rendering/printed-servers.js'
import { configuredCommand } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'
import { guardFindings, type GuardFindings } from './guard-findings.js'
import { fail, print, printJson } from './print.js'
import { renderNow, type RenderFlags } from './render-now.js'

/** Most characters of a line; a held change names settings and pools. */
const longestReason = 1000

/** `serf-haproxy check`. */
export const checkCommand = configuredCommand(
  'check',
  'validate the configuration, the template and, with haproxy -c, the rendered text',
)
  .option('--no-members', 'render empty pools, without a Serf agent')
  .option('--json', 'print the result as JSON')
  .action(check)

async function check(flags: RenderFlags & { json?: true }): Promise<void> {
  const configuration = readConfiguration(flags)
  const now = await renderNow(configuration, flags)
  const { renderer, rendering } = now
  const { quarantined } = rendering
  const servers = printedPools(rendering).flatMap(pool => pool.servers).length
  const result = await renderer.validate(rendering)
  const ok = result.kind === 'accepted'
  const guarded = await guardFindings(configuration, now)
  const { balancers } = rendering.model
  const address = await keepalivedError(configuration, resolve(flags.config), balancers)
  const taken = ok ? await takenPorts(configuration, rendering.rendered) : []
  if (flags.json) {
    const rejected = !ok && {
      report: result.report,
      problems: result.errors,
      line: result.errors.find(({ line }) => line !== undefined)?.line,
    }
    const ports = taken.length > 0 && { takenPorts: taken }
    const keepalived = address !== undefined && { keepalived: address }
    printJson({ ok, servers, quarantined, ...rejected, ...ports, ...guarded, ...keepalived })
    if (!ok || taken.length > 0 || isHeld(guarded) || keepalived) process.exitCode = 1
    return
  }
  for (const { member, pool, reason } of quarantined) {
    print(`left out of ${printableName(pool)}: ${printableName(member)}: ${printableText(reason)}`)
  }
  if (!ok) fail(`HAProxy rejects the configuration:\n${printableLines(result.report)}`, 1)
  for (const text of taken) fail(printableText(text, longestReason), 1)
  if (address !== undefined) fail(printableText(address, longestReason), 1)
  reportGuard(guarded)
  if (ok && taken.length === 0 && !isHeld(guarded) && address === undefined)
    print(`Valid: HAProxy accepts the configuration, with ${plural(servers, 'server')}`)
}

/** Makes each line of a report safe for a terminal: it quotes the lines of members. */
function printableLines(report: string): string {
  const lines = report.split('\n').map(line => printableText(line, longestReason))
  return lines.join('\n')
}

function isHeld({ held, unprinted }: GuardFindings): boolean {
  return held !== undefined || unprinted !== undefined
}

function reportGuard({ held, unprinted = [] }: GuardFindings): void {
  for (const pool of unprinted)
    fail(
      `the template prints pool ${printableName(pool)} nowhere: expected its servers, got no line`,
      1,
    )
  const reason = printableText(held?.reason ?? '', longestReason)
  if (held) fail(`the agent would hold this configuration: ${reason}`, 1)
}
