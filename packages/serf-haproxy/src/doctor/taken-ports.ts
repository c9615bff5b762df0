import type { Rendered } from 'haproxy-config-render'
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
  const { runtimeSocket: socket } = configuration.haproxy
  await using reloader = reloaderFor(configuration, createRuntimeClient({ socket }), undefined)
  try {
    return (await reloader.preview(rendered)).takenPorts
  } catch (error) {
    // Without HAProxy it is not known which ports are its own.
    if (error instanceof HaproxyError) return []
    throw error
  }
}
