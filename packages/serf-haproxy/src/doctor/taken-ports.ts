import type { Rendered } from 'haproxy-config-render'
import { ReloadError } from 'haproxy-reloader'
import { createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import { reloaderFor } from '../agent/pipeline.js'
import type { Configuration } from '../configuration/schema.js'

/**
 * Returns the ports of a text at which the HAProxy that answers does not listen and
 * could not, each with the line, the reason and the remedy. Changes nothing.
 */
export async function takenPorts(
  configuration: Configuration,
  rendered: Rendered,
): Promise<readonly string[]> {
  // Owner and mode of the file are set by the agent alone.
  const { fileMode: _, fileOwner: __, fileGroup: ___, ...haproxy } = configuration.haproxy
  const runtime = createRuntimeClient({ socket: haproxy.runtimeSocket })
  await using reloader = reloaderFor({ ...configuration, haproxy }, runtime, undefined)
  try {
    return (await reloader.preview(rendered)).takenPorts
  } catch (error) {
    // Without HAProxy or its file it is not known which ports are its own.
    if (error instanceof HaproxyError || error instanceof ReloadError) return []
    throw error
  }
}
