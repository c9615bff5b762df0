import { writeFileSync } from 'node:fs'
import { configuredCommand, readConfiguration } from './configured-command.js'
import { renderNow, type RenderFlags } from './render-now.js'

/** `serf-haproxy render`. */
export const renderCommand = configuredCommand(
  'render',
  'print the HAProxy configuration for the current members',
)
  .option('--no-members', 'render empty pools, without a Serf agent')
  .option('--out <file>', 'write to a file instead of printing')
  .action(render)

async function render(flags: RenderFlags & { out?: string }): Promise<void> {
  const { rendering } = await renderNow(readConfiguration(flags), flags)
  const { text } = rendering.rendered
  if (flags.out === undefined) process.stdout.write(text)
  else writeFileSync(flags.out, text, { mode: 0o600 })
}
