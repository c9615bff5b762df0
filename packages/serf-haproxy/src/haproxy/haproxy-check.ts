import { ConfigTextError, type RunningHaproxy } from 'haproxy-config-text'
import { createCheck } from 'haproxy-reloader'
import { createRuntimeClient } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'

type HaproxyPart = Pick<Configuration, 'haproxy'>

/** Creates HAProxy's check of a text: as HAProxy was started, or as configured. */
export function haproxyCheck({ haproxy }: HaproxyPart): ReturnType<typeof createCheck> {
  const { configFile, runtimeSocket, binary, check, checkTimeoutMs } = haproxy
  const runtime = createRuntimeClient({ socket: runtimeSocket })
  return createCheck({ configFile, runtime, binary, ...check, timeoutMs: checkTimeoutMs })
}

/** Returns how the HAProxy that answers was started; undefined if none answers. */
export async function findRunning(
  configuration: HaproxyPart,
  signal: AbortSignal,
): Promise<RunningHaproxy | undefined> {
  try {
    return (await haproxyCheck(configuration)('', { signal })).running
  } catch (error) {
    if (error instanceof ConfigTextError) return undefined
    throw error
  }
}
