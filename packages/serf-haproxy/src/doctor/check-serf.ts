import { watchMembership } from 'serf-events'
import type { Configuration } from '../configuration/schema.js'
import { endpointText } from '../configuration/endpoint.js'
import { serfOptions } from '../agent/serf-options.js'
import { bad, good, look, type Finding } from './finding.js'

const remedies: Readonly<Record<string, string>> = {
  unreachable: 'start `serf agent`, or correct `serf.rpc`',
  authentication: 'put the key that the agent has as rpc_auth into `serf.authKeyFile`',
  timeout: 'look whether it is a Serf agent that listens there, and how busy it is',
  protocol: 'something else than a Serf agent listens there; correct `serf.rpc`',
}

/** Whether the Serf agent answers, tells of changes at once, and knows somebody for the pools. */
export async function checkSerf(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const options = serfOptions(configuration)
  const where = endpointText(configuration.serf.rpc)
  for await (const known of watchMembership({ ...options, signal })) {
    const { connected, error, members, changeSource, conflicts } = known
    if (!connected) {
      const remedy = remedies[error?.code ?? ''] ?? 'see docs/errors.md'
      return [bad('Serf', error?.message ?? `no agent answers at ${where}`, remedy)]
    }
    const alive = [...members.values()].filter(({ status }) => status === 'alive').length
    return [
      good('Serf', `${where} answers; ${alive} of ${members.size} members are alive`),
      ...(changeSource === 'log'
        ? []
        : [
            look('Serf', 'changes are told seconds late', 'allow the `monitor` command of its RPC'),
          ]),
      ...[...conflicts].map(([name, { theirs }]) =>
        look(
          'Serf',
          `a second node, ${theirs}, claims the name ${JSON.stringify(name)}`,
          'give it a name of its own',
        ),
      ),
    ]
  }
  return [bad('Serf', `${where} did not answer in time`, remedies['timeout'] ?? '')]
}
