import { checkConfiguration } from 'haproxy-config-text'
import { configuredCommand, readConfiguration } from './configured-command.js'
import { fail, print } from './print.js'
import { renderNow, type RenderFlags } from './render-now.js'

/** `serf-haproxy check`. */
export const checkCommand = configuredCommand(
  'check',
  'check the configuration, the template and what HAProxy says of the result',
)
  .option('--no-members', 'leave every pool empty, and ask no Serf agent')
  .option('--json', 'print the result as JSON')
  .action(check)

async function check(flags: RenderFlags & { json?: true }): Promise<void> {
  const configuration = readConfiguration(flags)
  const { text, pools } = await renderNow(configuration, flags)
  const { binary } = configuration.haproxy
  const result = await checkConfiguration(text, { binary })
  const servers = pools.flatMap(pool => pool.servers).length
  if (flags.json) print(JSON.stringify({ ...result, servers }))
  else if (result.ok)
    print(`The configuration is good: HAProxy accepts it, with ${servers} servers`)
  if (result.ok) return
  if (flags.json) process.exitCode = 1
  else fail(`HAProxy refuses the configuration:\n${result.report}`, 1)
}
