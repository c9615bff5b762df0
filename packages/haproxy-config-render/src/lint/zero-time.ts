/** Returns whether a time such as `0` or `0ms` is zero, which HAProxy reads as no limit at all. */
export function isZeroTime(time: string | undefined): boolean {
  return /^0+(?:us|ms|s|m|h|d)?$/.test(time ?? '')
}
