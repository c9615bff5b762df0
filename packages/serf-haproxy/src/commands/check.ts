import { haproxyCheck } from '../haproxy/haproxy-check.js'
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
  const configuration = readConfiguration(flags)
  const { text, pools } = await renderNow(configuration, flags)
  // The environment of HAProxy is not for a terminal.
  const { running: _, ...result } = await haproxyCheck(configuration)(text, {})
  const servers = pools.flatMap(pool => pool.servers).length
  if (flags.json) print(JSON.stringify({ ...result, servers }))
  else if (result.ok) print(`Valid: HAProxy accepts the configuration, with ${servers} servers`)
  if (result.ok) return
  if (flags.json) process.exitCode = 1
  else fail(`HAProxy rejects the configuration:\n${result.report}`, 1)
}
