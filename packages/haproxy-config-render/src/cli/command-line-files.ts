import { basename } from 'node:path'
import * as z from 'zod'
import { compileTemplate, type Template } from '../template/compile-template.js'
import { buildModel } from '../pools/build-model.js'
import type { Quarantined } from '../model/quarantined.js'
import type { ProxyPolicy } from '../pools/pool-policy.js'
import type { ProxyModel } from '../model/proxy-model.js'
import { parseModel } from '../model/parse-model.js'
import { readDataFile, readSource } from './read-data-file.js'
import { RenderError } from '../render-error.js'
import { shownValue } from '../shown-value.js'

/** Options of the command line that name files to read. */
export interface FileFlags {
  readonly model: string
  readonly members?: string
  readonly partial: readonly string[]
}

const membersSchema = z.array(
  z.object({
    name: z.string(),
    address: z.string(),
    tags: z.record(z.string(), z.string()).default({}),
    draining: z.boolean().default(false),
  }),
)

/** Reads the model that the command line names, with a note for each member that is left out. */
export function readModel({ model, members }: FileFlags): {
  model: ProxyModel
  notes: readonly string[]
} {
  const data = readDataFile(model)
  if (members === undefined) return { model: parseModel(data), notes: [] }
  const list = membersSchema.safeParse(readDataFile(members))
  if (!list.success) {
    throw new RenderError('invalid-model', `${members}: ${z.prettifyError(list.error)}`)
  }
  // The policy is checked where it is used.
  const made = buildModel(list.data, data as ProxyPolicy)
  return { model: made.model, notes: made.quarantined.map(leftOut) }
}

/** Describes a quarantined member in one line. */
export function leftOut({ member, pool, reason }: Quarantined): string {
  return `left out of ${shownValue(pool)}: ${shownValue(member)}: ${reason}`
}

/** Maps and lists for ACLs are recognized by their file names, such as hosts.map.hbs. */
const listName = /\.(?:map|lst|acl)(?:\.hbs?)?$/

/** Compiles a template file. */
export function compileFile(file: string, flags: FileFlags): Template {
  return compileTemplate(readSource(file), {
    name: basename(file),
    partials: partialsOf(flags),
    format: listName.test(file) ? 'list' : 'configuration',
  })
}

/** Returns the sources of the partials, by name. */
export function partialsOf({ partial }: FileFlags): Record<string, string> {
  const pairs = partial.map(pair => pairOf(pair, '--partial name=file'))
  return Object.fromEntries(pairs.map(([name, file]) => [name, readSource(file)]))
}

/** Splits `name=file`. */
export function pairOf(text: string, expected: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)]
  throw new RenderError('invalid-model', 'An option is not valid', { got: text, expected })
}
