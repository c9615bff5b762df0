import { watchMembership } from 'serf-events'
import type { Configuration } from '../configuration/schema.js'
import { endpointText } from '../configuration/endpoint.js'
import { plural, verb } from 'command-line-program'
import { serfOptions } from '../agent/serf-options.js'
import { checkNetworks } from './check-networks.js'
import { checkOwnBalancer } from './check-own-balancer.js'
import { fail, ok, warn, type Finding } from './finding.js'

const remedies: Readonly<Record<string, string>> = {
  unreachable: 'start `serf agent`, or fix `serf.rpc`',
  authentication: 'write the rpc_auth key of the Serf agent to the file in `serf.authKeyFile`',
  timeout: 'check that a Serf agent listens there, and its load',
  'reply-too-large': 'check that a Serf agent listens at `serf.rpc`; see docs/errors.md',
  protocol: 'fix `serf.rpc`: the program that listens there is not a Serf agent',
}

/** Checks that the Serf agent answers, reports changes at once, has no name conflict, and which networks the pools need. */
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
      return [fail('Serf', error?.message ?? `no Serf agent answers at ${where}`, remedy)]
    }
    const alive = [...members.values()].filter(({ status }) => status === 'alive').length
    return [
      ok(
        'Serf',
        `${where} answers; ${alive} of ${plural(members.size, 'member')} ${verb(alive, 'is', 'are')} alive`,
      ),
      ...(changeSource === 'log'
        ? []
        : [warn('Serf', 'changes arrive seconds late', 'allow the `monitor` command of its RPC')]),
      ...[...conflicts].map(([name, { theirs }]) =>
        warn(
          'Serf',
          `a second node, ${theirs}, claims the name ${JSON.stringify(name)}`,
          'give each node a unique name',
        ),
      ),
      ...checkNetworks(configuration.pools, members.values()),
      ...checkOwnBalancer(configuration, known),
    ]
  }
  return [fail('Serf', `${where} did not answer in time`, remedies['timeout'] ?? '')]
}
