import type { ProxyModel } from 'haproxy-config-render'
import type { Configuration } from '../configuration/schema.js'
import { checkKeepalived } from './keepalived-file.js'
import { keepalivedText } from './keepalived-text.js'

/** A sample of the model, for a check before there are members. */
const sample: NonNullable<ProxyModel['balancers']> = [
  { name: 'sample1', address: '192.0.2.1', port: 1024, isSelf: true },
  { name: 'sample2', address: '192.0.2.2', port: 1024, isSelf: false },
]

/**
 * Has keepalived check the configuration that the agent would write. Returns the error;
 * undefined if there is none, or no keepalived to configure.
 *
 * @param file - path of the agent's configuration
 */
export async function keepalivedError(
  configuration: Configuration,
  file: string,
  balancers = sample,
): Promise<string | undefined> {
  const { haproxy, values } = configuration
  const keepalived = configuration.balancers?.keepalived
  if (!keepalived) return undefined
  const { runtimeSocket, runtimeSocketMode, maxConnections } = haproxy
  const fields = { runtimeSocket, runtimeSocketMode, maxConnections, values, balancers }
  try {
    const model = { ...fields, frontends: [], pools: [] }
    const { stateFolder } = configuration
    await checkKeepalived(
      keepalivedText(model, { stateFolder, file }, keepalived) ?? '',
      keepalived,
    )
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
