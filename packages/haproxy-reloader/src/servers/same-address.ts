import { canonicalAddress } from 'haproxy-config-text'

/**
 * Returns whether a desired address is that of a running server. HAProxy has its
 * own spelling; and a host name that it resolved itself is taken for the same.
 */
export function isSameAddress(running: string, desired: string): boolean {
  return running === desired || running === (canonicalAddress(desired) ?? running)
}
