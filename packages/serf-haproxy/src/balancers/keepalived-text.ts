import { compileTemplate, parseModel, type ProxyModel, type Template } from 'haproxy-config-render'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { KeepalivedSettings } from '../configuration/keepalived-schema.js'
import { readText } from '../configuration/read-text.js'
import type { Configuration } from '../configuration/schema.js'
import { packageFile } from '../package-file.js'

/** Returns the path of the file with the number that the agent adds to the priority. */
export function priorityFileOf(stateFolder: string): string {
  return join(stateFolder, 'balancer-priority')
}

/**
 * Renders the configuration of keepalived. Each word is checked as an entry of a list is:
 * one without a safe spelling is an error. Undefined without balancers in the model.
 *
 * @param file - path of the agent's configuration, for the script that asks the agent
 * @throws RenderError if the template is invalid, or a path has white space
 */
export function keepalivedText(
  { runtimeSocket, values, balancers }: ProxyModel,
  { stateFolder, file }: Pick<Configuration, 'stateFolder'> & { readonly file: string },
  keepalived: KeepalivedSettings,
): string | undefined {
  const own = balancers?.find(({ isSelf }) => isSelf)
  if (!own) return undefined
  const { address, routerId, priority, advertMs } = keepalived
  const known = {
    name: own.name,
    priorityFile: priorityFileOf(stateFolder),
    node: process.execPath,
    program: packageFile('bin/serf-haproxy.js'),
    configuration: file,
    interface: keepalived.interface,
    address,
    routerId,
    priority,
    advertSeconds: advertMs / 1000,
  }
  const parts = { runtimeSocket, frontends: [], pools: [], balancers }
  const model = parseModel({ ...parts, values: { ...values, ...known } })
  return templateOf(keepalived.template).render(model).text
}

/** Compiles the template, which is read again for each rendering: it changes rarely. */
function templateOf(path: string | undefined): Template {
  const source =
    path === undefined
      ? readFileSync(packageFile('templates/keepalived.conf.hbs'), 'utf8')
      : readText(path, 'the template of keepalived')
  return compileTemplate(source, { name: basename(path ?? 'keepalived.conf.hbs'), format: 'list' })
}
