import type { CommandResult } from './command-result.js'

/** The meaning of a reply of the Runtime API. */
type ReplyMeaning = CommandResult['meaning']

/** Refusals as HAProxy 2.6 to 3.2 word them, for all commands. */
const refusals: readonly (readonly [RegExp, ReplyMeaning])[] = [
  [/^Already exists a server with the same name/, 'exists'],
  [/^No such server\b/, 'no-server'],
  [/^(?:No such (?:backend|proxy)\b|Can't find backend)/, 'no-backend'],
  [/^Unknown (?:map|ACL) identifier/, 'no-list'],
  [/^(?:Key|entry) not found/i, 'no-entry'],
  [/^Only servers in maintenance mode can be deleted/, 'not-in-maintenance'],
  [/^(?:Server still has connections attached|Failed\.$)/, 'still-connected'],
  [/^Backend (?:must use a dynamic load balancing|is using a static LB)/, 'not-at-run-time'],
  [/^(?:Health check|Agent) was not configured/, 'not-at-run-time'],
  [/is not (?:accepted|supported) for dynamic server/, 'not-at-run-time'],
  [/^This server cannot be removed at runtime/, 'not-at-run-time'],
  [/^Version number /, 'invalid'],
  [/does not have agent port\./, 'invalid'],
  [
    /\b(?:expects|can only be|invalid|not a valid|not within|unknown keyword|require)\b/i,
    'invalid',
  ],
  [/^Permission denied/, 'denied'],
  [/^Unknown command/, 'unsupported'],
]

/** Classifies a reply; `done` is the pattern of the reply that means success. */
export function replyMeaning(reply: string, done: RegExp): ReplyMeaning {
  if (done.test(reply)) return 'done'
  return refusals.find(([pattern]) => pattern.test(reply))?.[1] ?? 'unknown'
}
