import { appendFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { Command } from 'commander'
import { SerfError } from 'node-serf-client'
import { parseHandlerInput, type HandlerEvent } from './parse-handler-input.js'

/** `serf-events handler`. */
export const handlerCommand = new Command('handler')
  .description('serve as `serf agent -event-handler`: print the event as one line of JSON')
  .option('--append <file>', 'append the line to a file, and print nothing')
  .addHelpText(
    'after',
    `
The agent keeps what a handler prints for its log at level DEBUG; to a query it
is the answer. Serf calls its handlers 1 to 3 seconds after a change of the
membership: \`serf-events watch\` tells at once.`,
  )
  .action(handle)

async function handle({ append }: { append?: string }): Promise<void> {
  try {
    const line = `${JSON.stringify(plain(parseHandlerInput(process.env, await buffer(process.stdin))))}\n`
    if (append === undefined) process.stdout.write(line)
    // One write: the lines of handlers that overlap stay whole.
    else appendFileSync(append, line)
  } catch (error) {
    if (error instanceof SerfError) handlerCommand.error(`error: ${error.message}`)
    if (append === undefined || !(error instanceof Error)) throw error
    handlerCommand.error(`error: cannot append to ${append}: ${error.message}`)
  }
}

/** The event as JSON has it: a payload as text where it is UTF-8, and as base64 otherwise. */
function plain(event: HandlerEvent): object {
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
