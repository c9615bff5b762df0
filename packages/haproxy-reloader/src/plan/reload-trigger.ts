/** The reason for a reload: its kind, and in words. */
export interface ReloadReason {
  readonly trigger: ReloadTrigger
  readonly reason: string
}

/**
 * - `unknown`: the configuration that HAProxy loaded is unknown
 * - `text`: the configuration differs in more than servers
 * - `options`: a server's options differ
 * - `file`: a file that the text names differs, and HAProxy does not take it at run time
 * - `pool`: HAProxy lacks a pool
 * - `burst`: so many changes would take longer at run time
 * - `refused`: HAProxy refused a change at run time
 * - `unconfirmed`: HAProxy does not run the state that it confirmed
 */
export type ReloadTrigger = (typeof reloadTriggers)[number]

export const reloadTriggers = [
  'unknown',
  'text',
  'options',
  'file',
  'pool',
  'burst',
  'refused',
  'unconfirmed',
] as const
