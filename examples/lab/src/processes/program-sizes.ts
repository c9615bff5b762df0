import { realpath, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Printed } from '../engine/node-engine.js'

/** The programs of each role's image. */
const programs: readonly (readonly [name: string, roles: readonly string[]])[] = [
  ['haproxy', ['ha']],
  ['node', ['ha', 'webapp']],
  ['serf', ['ha', 'webapp']],
  ['s6-svscan', ['ha', 'webapp']],
  ['s6-supervise', ['ha', 'webapp']],
  ['s6-log', ['ha', 'webapp']],
  ['execlineb', ['ha', 'webapp']],
]

/**
 * Lists the programs that the two images need in addition to the packages of
 * this repository, from the files on this machine: without containers there are
 * no layers to report.
 */
export async function programSizes(): Promise<Printed> {
  const rows = await Promise.all(
    programs.map(async ([name, roles]) => {
      const file = name === 'node' ? process.execPath : await onPath(name)
      const bytes = file === undefined ? 0 : (await stat(file)).size
      return { name, roles, file: file ?? 'not found', bytes }
    }),
  )
  const sum = (wanted: (roles: readonly string[]) => boolean) =>
    rows.reduce((total, { roles, bytes }) => total + (wanted(roles) ? bytes : 0), 0)
  const shared = sum(roles => roles.length > 1)
  const apart = sum(roles => roles.includes('ha')) + sum(roles => roles.includes('webapp'))
  const lines = [
    'The nodes are processes, and have no layers: these are the program files, without their libraries.',
    '',
    ...rows.map(
      ({ name, roles, file, bytes }) =>
        `${name.padEnd(14)}${String(bytes).padStart(12)} bytes  ${roles.join(' and ').padEnd(14)}${file}`,
    ),
    '',
    `in both images       ${shared} bytes: what a common base holds once`,
    `ha and webapp apart  ${apart} bytes`,
    `over a common base   ${apart - shared} bytes`,
  ]
  return { command: 'ls -lL of each program', text: `${lines.join('\n')}\n` }
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = await realpath(join(folder, name)).catch(() => undefined)
    if (file !== undefined) return file
  }
  return undefined
}
