/**
 * Returns a name that is safe to print on a terminal. Names come from gossip:
 * they could contain control characters, or be very long.
 */
export function printableName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '?').slice(0, 64)
}

/** Returns a text on one line, without control characters, of at most 300 characters. */
export function printableText(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ').slice(0, 300)
}
