import { basename } from 'node:path'
import type { TemplateOptions } from 'haproxy-config-render'
import { readText } from '../configuration/read-text.js'
import { partialFiles } from '../configuration/output-schema.js'
import type { Configuration } from '../configuration/schema.js'

/** The settings that name further files of templates. */
export type OutputSettings = Partial<Pick<Configuration, 'partials' | 'outputs'>>

/**
 * Reads the partials, and the templates of the files next to HAProxy's configuration.
 *
 * @throws AgentError `configuration` if one of them cannot be read
 */
export function readOutputTemplates({
  partials = [],
  outputs = [],
}: OutputSettings): Required<Pick<TemplateOptions, 'partials' | 'outputs'>> {
  const sources = [...partialFiles(partials)].map(
    ([name, file]) => [name, readText(file, `the partial ${name}`)] as const,
  )
  return {
    partials: Object.fromEntries(sources),
    outputs: outputs.map(({ template, file, use }) => ({
      name: basename(template),
      source: readText(template, `the template of ${file}`),
      path: file,
      use,
    })),
  }
}
