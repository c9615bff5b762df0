/** Why a reload is needed: which kind of reason, and the reason in words. */
export interface ReloadReason {
  readonly trigger: ReloadTrigger
  readonly reason: string
}

/**
 * - `unknown`: what HAProxy was started with is not known
 * - `text`: the configuration differs in more than servers
 * - `options`: a server's options differ
 * - `pool`: HAProxy lacks a pool
 * - `burst`: so many changes would take longer at run time
 * - `refused`: HAProxy refused a change at run time
 * - `unconfirmed`: HAProxy does not run what it confirmed
 */
export type ReloadTrigger = (typeof reloadTriggers)[number]

export const reloadTriggers = [
  'unknown',
  'text',
  'options',
  'pool',
  'burst',
  'refused',
  'unconfirmed',
] as const
