import * as z from 'zod'
import { selectionFields } from './policy-fields.js'

/**
 * The members that are load balancers of this cluster.
 *
 * @example
 * ```ts
 * import { balancersPolicySchema } from 'haproxy-config-render/schema'
 *
 * balancersPolicySchema.parse({}).role // => 'balancer'
 * ```
 */
export const balancersPolicySchema = z.strictObject({
  ...selectionFields,
  role: z.string().default('balancer').describe('Value of the tag `role` of a load balancer'),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(1024)
    .describe(
      'Port on which HAProxy takes the stick tables of the others, at the member’s address',
    ),
  maxBalancers: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(16)
    .describe('Maximum number of load balancers; more are left out, this one never'),
})
