import { basename } from 'node:path'
import * as z from 'zod'

/** A name that a template can call with `{{> name}}`. */
const partialName = /^[A-Za-z_][\w-]{0,63}$/
const expectedName = 'expected a name of the characters A-Z a-z 0-9 _ -'

/** The schema of the partials: a list of files, or files by name. */
export const partialsSchema = z
  .union([
    z.array(z.string()).superRefine((files, context) => {
      const names = files.map(nameOfPartial)
      for (const [i, name] of names.entries()) {
        const message = !partialName.test(name)
          ? `${expectedName}, as the file’s name without .hbs`
          : names.indexOf(name) < i
            ? `expected a name that no other partial has, got ${name} again`
            : undefined
        if (message !== undefined)
          context.addIssue({ code: 'custom', path: [i], message, input: files[i] })
      }
    }),
    z.record(z.string().regex(partialName, expectedName), z.string()),
  ])
  .default([])
  .meta({
    description:
      'Files of the partials that templates use as `{{> name}}`: a list, where the name is the file’s without `.hbs`, or files by name',
    examples: [['backend.hbs'], { backend: 'partials/backend.hbs' }],
  })

const outputSchema = z.strictObject({
  template: z.string().meta({
    description: 'File with a Handlebars template of this file',
    examples: ['hosts.map.hbs'],
  }),
  file: z.string().meta({
    description:
      'The file that HAProxy reads; the agent overwrites it. HAProxy’s configuration names it by its absolute path',
    examples: ['/etc/haproxy/hosts.map'],
  }),
  use: z.enum(['map', 'acl', 'reload']).meta({
    description:
      'Kind of the file: HAProxy takes a changed `map` or `acl` (a list of `acl … -f`) at run time, and a further configuration file by a `reload`',
    examples: ['map'],
  }),
})

/** The schema of the files that the agent writes next to HAProxy's configuration. */
export const outputsSchema = z
  .array(outputSchema)
  .default([])
  .meta({
    description: 'Further files for HAProxy: maps, lists of ACLs, and further configuration files',
    examples: [[{ template: 'hosts.map.hbs', file: '/etc/haproxy/hosts.map', use: 'map' }]],
  })

/** The setting of the partials. */
type Partials = z.infer<typeof partialsSchema>

/** Returns the files of the partials, by name. */
export function partialFiles(partials: Partials): ReadonlyMap<string, string> {
  return new Map(
    Array.isArray(partials)
      ? partials.map(file => [nameOfPartial(file), file] as const)
      : Object.entries(partials),
  )
}

function nameOfPartial(file: string): string {
  return basename(file).replace(/(?:\.partial)?\.(?:hbs|handlebars)$/, '')
}
