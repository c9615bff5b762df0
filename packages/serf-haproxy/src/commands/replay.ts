import { openRenderer } from '../rendering/renderer.js'
import { readText } from '../configuration/read-text.js'
import { plural, verb } from 'command-line-program'
import { replay, type ReplayedGeneration } from '../recording/replay.js'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'
import { fail, print, printJson } from './print.js'

interface ReplayFlags extends ConfigFlag {
  readonly json?: true
  readonly text?: true
}

/** `serf-haproxy replay`. */
export const replayCommand = configuredCommand(
  'replay',
  'replay the decisions of a recording; exits 1 on any difference',
)
  .argument('<recording>', 'file that `run --record` or `record` wrote')
  .option('--json', 'print one JSON line per configuration')
  .option('--text', 'with --json, include the configuration text')
  .addHelpText('after', '\nNeeds neither Serf nor HAProxy, but the configuration of the recording.')
  .action(replayFile)

async function replayFile(file: string, flags: ReplayFlags): Promise<void> {
  const renderer = await openRenderer(readConfiguration(flags))
  let differing = 0
  let number = 0
  for (const generation of replay(readText(file, 'the recording').split('\n'), renderer)) {
    number = generation.number
    if (!generation.isSame) differing++
    if (flags.json) {
      const { text: _, files: __, ...facts } = generation
      printJson({ ...facts, ...(flags.text && shownTexts(generation)) })
    } else {
      const at = new Date(generation.at).toISOString()
      const verdict = generation.isSame ? 'as recorded' : 'differs from the recording'
      const { line, servers } = generation
      print(`${number}  ${at}  line ${line}  ${plural(servers, 'server')}  ${verdict}`)
    }
  }
  if (differing > 0)
    fail(
      `${differing} of ${plural(number, 'configuration')} ${verb(differing, 'differs', 'differ')} from the recording`,
      1,
    )
}

function shownTexts({ text, files }: Pick<ReplayedGeneration, 'text' | 'files'>) {
  const shown = files?.map(file => ({ ...file, text: withoutSecretPlaces(file.text) }))
  return { text: withoutSecretPlaces(text), ...(shown && { files: shown }) }
}
