/**
 * The zod schema of one pool's policy, for programs that put it into a schema
 * of their own. It is an entry of its own because it ties its users to zod 4.
 *
 * @packageDocumentation
 */
export { poolPolicySchema } from './pools/pool-policy.js'
