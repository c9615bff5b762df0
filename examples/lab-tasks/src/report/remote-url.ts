/**
 * Returns the URL of a git remote without credentials; undefined where the
 * remote is none that a reader could open, such as a path of this machine.
 */
export function remoteUrl(remote: string): string | undefined {
  const [isScpLike] = /^[\w.-]+@[\w.-]+:(?!\/\/)\S+$/.exec(remote) ?? []
  if (isScpLike !== undefined) return remote
  const url = URL.canParse(remote) ? new URL(remote) : undefined
  if (!url || !['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol)) return undefined
  url.password = ''
  if (url.protocol !== 'ssh:') url.username = ''
  return url.href
}
