import { writeFileSync } from 'node:fs'
import { configuredCommand, readConfiguration } from './configured-command.js'
import { failToWrite, printText } from './print.js'
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
  if (flags.out === undefined) printText(text)
  else write(flags.out, text)
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 })
  } catch (error) {
    failToWrite(file, error)
  }
}
