import { appendFileSync } from 'node:fs'
import { Command } from 'commander'
import { SerfError } from 'node-serf-client'
import { displayedJson } from '../displayed-json.js'
import { parseHandlerInput, type HandlerEvent } from './parse-handler-input.js'
import { readHandlerInput } from './read-handler-input.js'

/** `serf-events handler`. */
export const handlerCommand = new Command('handler')
  .description(
    'act as a handler of `serf agent -event-handler`: print the event as one line of JSON',
  )
  .option('--append <file>', 'append the line to a file instead of printing it')
  .addHelpText(
    'after',
    `
The agent writes the output of a handler to its log at level DEBUG; for a query,
the output is the answer. Serf runs its handlers 1 to 3 seconds after a change of
the membership. \`serf-events watch\` reports a change within milliseconds.`,
  )
  .action(printEvent)

async function printEvent({ append }: { append?: string }): Promise<void> {
  try {
    const stdin = await readHandlerInput(process.stdin)
    const line = `${displayedJson(toJson(parseHandlerInput(process.env, stdin)))}\n`
    if (append === undefined) process.stdout.write(line)
    // A single write keeps the lines of overlapping handlers intact.
    else appendFileSync(append, line)
  } catch (error) {
    if (error instanceof SerfError) handlerCommand.error(`error: ${error.message}`)
    if (append === undefined || !(error instanceof Error)) throw error
    handlerCommand.error(`error: cannot append to ${append}: ${error.message}`)
  }
}

/** Converts the event for JSON: a payload becomes text if it is valid UTF-8, and base64 otherwise. */
function toJson(event: HandlerEvent): object {
  if (!('payload' in event)) return event
  const { payload, lamportTime, ...facts } = event
  const bytes = Buffer.from(payload)
  const text = bytes.toString('utf8')
  return {
    ...facts,
    lamportTime: String(lamportTime),
    ...(Buffer.from(text).equals(bytes)
      ? { payload: text }
      : { payloadBase64: bytes.toString('base64') }),
  }
}
