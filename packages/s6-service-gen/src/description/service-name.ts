import * as z from 'zod'

/**
 * Names that s6, s6-rc or s6-overlay reserve. One description has to fit all
 * layouts, so all of them are rejected everywhere.
 */
const reservedNames: ReadonlySet<string> = new Set([
  // s6: the place of a logger, and what s6-supervise keeps in a service directory.
  'log',
  'supervise',
  'event',
  // s6-rc: the bundle that is started at boot.
  'default',
  // s6-overlay: its own services and bundles.
  'base',
  'top',
  'user',
  'user2',
  'fix-attrs',
  'legacy-cont-init',
  'legacy-services',
])

/** Beginnings of names that s6-rc keeps for itself. */
export const reservedPrefixes = ['s6rc-', 's6-rc-'] as const

/** Returns whether s6-rc rejects a name for its beginning. */
export function isReservedName(name: string): boolean {
  return reservedPrefixes.some(prefix => name.startsWith(prefix))
}

const characters = /^(?!s6-|s6rc-)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

/** Returns whether s6, s6-rc and s6-overlay all accept a name for a service. */
export function isServiceName(name: string): boolean {
  return characters.test(name) && !reservedNames.has(name)
}

/** Description of the names that {@link isServiceName} accepts. */
const wantedName =
  'expected up to 64 of the characters A-Z a-z 0-9 _ -, nothing that begins with s6- or s6rc-, ' +
  `and none of ${[...reservedNames].join(', ')}`

/** The schema of a service's name. */
export const serviceName = z.string().refine(isServiceName, wantedName)
