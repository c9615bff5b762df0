/** Characters that a shell takes as they are. */
const plain = /^[\w@%+=:,./-]+$/
/** Characters that are written as an escape, so that a terminal does not interpret them when they are pasted. */
const escaped = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}'\\]/gu

/** Returns a text as one word of a Bourne-like shell (bash, zsh, ksh). */
export function shellWord(text: string): string {
  if (plain.test(text)) return text
  if (!text.match(escaped)) return `'${text}'`
  return `$'${text.replaceAll(escaped, bytesOf)}'`
}

function bytesOf(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map(byte => `\\x${byte.toString(16).padStart(2, '0')}`)
    .join('')
}

/** Returns the command of `serf-haproxy` for these words. */
export function cliCommand(command: string, ...words: readonly string[]): string {
  // A name that begins with a dash is no option.
  const end = words.some(word => word.startsWith('-')) ? ['--'] : []
  return ['serf-haproxy', command, ...end, ...words.map(shellWord)].join(' ')
}

/** Returns the curl command that reads a path of the agent. */
export function curlCommand(origin: string, path: string): string {
  return `curl -fsS ${shellWord(`${origin}${path}`)}`
}
