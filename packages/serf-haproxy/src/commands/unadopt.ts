import { unadopt } from '../adopt/unadopt.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'
import { fail, print, printJson } from './print.js'

interface UnadoptFlags extends ConfigFlag {
  readonly original?: true
  readonly dryRun?: true
  readonly json?: true
}

/** `serf-haproxy unadopt`. */
export const unadoptCommand = configuredCommand(
  'unadopt',
  'leave a plain haproxy.cfg behind, with the present members as server lines',
)
  .option('--original', 'write the file as it was before adopt')
  .option('--dry-run', 'write nothing')
  .option('--json', 'print the result as JSON')
  .action(run)

async function run(flags: UnadoptFlags): Promise<void> {
  const { original = false, dryRun = false, json } = flags
  const configuration = readConfiguration(flags)
  const result = await unadopt(configuration, { original, dryRun })
  if (json) {
    const { kind, file } = result
    const more = kind === 'plain' ? { changed: result.isChanged } : { report: result.report }
    printJson({ ok: kind === 'plain', file, written: kind === 'plain' && !dryRun, ...more })
    if (kind === 'rejected') process.exitCode = 1
    return
  }
  if (result.kind === 'rejected') {
    fail(`HAProxy rejects ${result.file}; nothing is written:\n${result.report}`, 1)
    return
  }
  const { file, isChanged } = result
  print(plainText({ file, isChanged, dryRun }))
}

function plainText({
  file,
  isChanged,
  dryRun,
}: {
  readonly file: string
  readonly isChanged: boolean
  readonly dryRun: boolean
}): string {
  if (dryRun) return `Nothing is written; ${file} would ${isChanged ? 'change' : 'stay as it is'}`
  if (!isChanged) return `${file} is a plain configuration, as HAProxy runs it; edit it from now on`
  return `Wrote ${file}; reload HAProxy to run it, such as with: systemctl reload haproxy`
}
