/** Shells that read the same language as far as it is checked here. */
export const shells: readonly string[] = ['sh', 'dash', 'bash', 'ash', 'ksh', 'mksh']

/** The program that a script is for, behind those that only prepare for it. */
export function interpreterOf(content: string): string {
  const [first = ''] = content.split('\n', 1)
  if (!first.startsWith('#!')) return ''
  const words = first.slice(2).trim().split(/\s+/)
  const names = words.map(word => word.slice(word.lastIndexOf('/') + 1))
  return names.find(name => name !== 'env' && name !== 'with-contenv' && name !== '-S') ?? ''
}
