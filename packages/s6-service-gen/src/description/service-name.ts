import { z } from 'zod'

/**
 * Names that s6, s6-rc or s6-overlay keep for themselves. One description is
 * to fit all layouts, so all of them are refused everywhere.
 */
export const reservedNames: ReadonlySet<string> = new Set([
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

const characters = /^(?!s6-|s6rc-)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

/** Whether s6, s6-rc and s6-overlay all take a name for a service, and for nothing else. */
export function isServiceName(name: string): boolean {
  return characters.test(name) && !reservedNames.has(name)
}

/** What {@link isServiceName} wants, in words. */
export const wantedName =
  'wanted up to 64 of the characters A-Z a-z 0-9 _ -, nothing that begins with s6- or s6rc-, ' +
  `and none of ${[...reservedNames].join(', ')}`

/** The schema of a service's name. */
export const serviceName = z.string().refine(isServiceName, wantedName)
