import { printableName, printableText } from '../printable-name.js'
import { configuredCommand, readConfiguration } from './configured-command.js'
import { fail, print } from './print.js'
import { renderNow, type RenderFlags } from './render-now.js'

/** `serf-haproxy check`. */
export const checkCommand = configuredCommand(
  'check',
  'validate the configuration, the template and, with haproxy -c, the rendered text',
)
  .option('--no-members', 'render empty pools, without a Serf agent')
  .option('--json', 'print the result as JSON')
  .action(check)

async function check(flags: RenderFlags & { json?: true }): Promise<void> {
  const { renderer, rendering } = await renderNow(readConfiguration(flags), flags)
  const { rendered, quarantined } = rendering
  const servers = rendered.pools.flatMap(pool => pool.servers).length
  const result = await renderer.validate(rendering)
  const ok = result.kind === 'accepted'
  if (flags.json) {
    const rejected = !ok && {
      report: result.report,
      problems: result.errors,
      line: result.errors.find(({ line }) => line !== undefined)?.line,
    }
    print(JSON.stringify({ ok, servers, quarantined, ...rejected }))
  } else {
    for (const { member, pool, reason } of quarantined) {
      print(`left out of ${pool}: ${printableName(member)}: ${printableText(reason)}`)
    }
    if (ok) print(`Valid: HAProxy accepts the configuration, with ${servers} servers`)
  }
  if (ok) return
  if (flags.json) process.exitCode = 1
  else fail(`HAProxy rejects the configuration:\n${result.report}`, 1)
}
