import { canonicalAddress } from 'haproxy-config-text'

/** Returns whether a desired address is that of a running server; HAProxy has its own spelling. */
export function isSameAddress(running: string, desired: string): boolean {
  return running === desired || running === canonicalAddress(desired)
}
