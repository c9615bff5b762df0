import type { RefusedFile } from '../state/refused-file.js'

/**
 * Returns the files that the disk refuses, after it refused another, or took one
 * again (without an error). The same array if that changes nothing.
 */
export function refusedFiles(
  before: readonly RefusedFile[],
  { place, error }: Pick<RefusedFile, 'place'> & { readonly error: string | undefined },
  at: number,
): readonly RefusedFile[] {
  const known = before.find(each => each.place === place)
  if (known?.error === error) return before
  const others = before.filter(each => each.place !== place)
  return error === undefined ? others : [...others, { place, at: known?.at ?? at, error }]
}

/** Describes a file that the disk refuses now. */
export function diskText({ place, error }: Pick<RefusedFile, 'place' | 'error'>): string {
  if (place === 'keepalived') return `keepalived keeps its former balancers: ${error}`
  return `the disk refuses the ${place}: ${error}`
}
