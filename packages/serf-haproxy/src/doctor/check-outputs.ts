import { dirname } from 'node:path'
import { RenderError } from 'haproxy-config-render'
import { inspectFile } from 'haproxy-reloader'
import type { Configuration } from '../configuration/schema.js'
import { findRunning } from '../haproxy/haproxy-check.js'
import { loadTemplate, renderMembers } from '../rendering/render-members.js'
import { configurationText } from '../rendering/rendered-texts.js'
import { fail, ok, warn, type Finding } from './finding.js'

const check = 'output'

/** Checks that the agent can replace the files next to HAProxy's configuration, and that HAProxy reads them. */
export async function checkOutputs(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { outputs, frontends } = configuration
  const further = outputs.filter(({ use }) => use === 'reload').map(({ file }) => file)
  const lists = [
    ...outputs.filter(({ use }) => use !== 'reload').map(({ file }) => file),
    ...frontends.flatMap(({ routeMap }) => routeMap ?? []),
  ]
  const places = await Promise.all([...further, ...lists].map(checkPlace))
  return [
    ...places,
    ...(lists.length > 0 ? checkNames(configuration, lists) : []),
    ...(further.length > 0 ? await checkLoaded(configuration, further, signal) : []),
  ]
}

async function checkPlace(path: string): Promise<Finding> {
  const { problem } = await inspectFile(path)
  return problem
    ? fail(check, `the agent cannot replace ${path}: ${problem.text}`, problem.remedy)
    : ok(check, `${path} can be replaced`)
}

/** Finds lists that no line of the configuration names. */
function checkNames(configuration: Configuration, lists: readonly string[]): readonly Finding[] {
  try {
    const template = loadTemplate(configuration)
    const { rendered } = renderMembers(new Map(), configuration, template)
    const text = configurationText(rendered)
    return lists
      .filter(path => !text.includes(path))
      .map(path =>
        warn(
          check,
          `no line of the rendered configuration names ${path}`,
          `name it by this path in the template, as in map(${path}) or acl … -f ${path}; a file of HAProxy that the agent does not write may do so, too`,
        ),
      )
  } catch (error) {
    // The finding of another check.
    if (error instanceof RenderError) return []
    throw error
  }
}

/** Finds further configuration files that HAProxy was not started with. */
async function checkLoaded(
  configuration: Configuration,
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const args = configuration.haproxy.check?.args ?? (await findRunning(configuration, signal))?.args
  if (!args) return []
  return files
    .filter(path => !args.includes(path) && !args.includes(dirname(path)))
    .map(path =>
      warn(
        check,
        `HAProxy was started without ${path}: ${args.join(' ')}`,
        `start it with a further -f ${path}, or name its folder`,
      ),
    )
}
