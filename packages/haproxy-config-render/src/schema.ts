/**
 * The zod schemas of one pool's policy and of the balancers', for programs that put
 * them into a schema of their own. It is an entry of its own because it ties its users to zod 4.
 *
 * @packageDocumentation
 */
export { poolPolicySchema } from './pools/pool-policy.js'
export { balancersPolicySchema } from './model/balancers-policy.js'
