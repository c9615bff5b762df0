import * as z from 'zod'
import { poolSchema } from './pool-schema.js'

const command = z.array(z.string().min(1)).min(1, 'expected a program and its arguments')

const driverSchema = z
  .strictObject({
    start: command
      .refine(words => !words.some(word => word.includes('{{name}}')), {
        message: 'expected no {{name}}: the new node has a name of its own',
      })
      .describe('Command that starts one node of the pool {{pool}}'),
    stop: command
      .refine(hasName, 'expected {{name}} in an argument')
      .describe('Command that stops the node {{name}} in order'),
    remove: command
      .refine(hasName, 'expected {{name}} in an argument')
      .optional()
      .describe('Command that removes what is left of the lost node {{name}}'),
    timeoutMs: z.int().min(1).max(3_600_000).default(60_000),
  })
  .describe('Commands that start and stop nodes; no shell reads them')

function hasName(words: readonly string[]): boolean {
  return words.slice(1).some(word => word.includes('{{name}}'))
}

/** The schema of the scaler's configuration. */
export const scalingSchema = z.strictObject({
  agent: z
    .string()
    .min(1)
    .default('127.0.0.1:9642')
    .describe('Path of the control socket of the agent, or ADDRESS:PORT'),
  intervalMs: z.int().min(100).max(3_600_000).default(2000).describe('Time between two rounds'),
  memoryFile: z
    .string()
    .min(1)
    .default('pool-scaler.memory.json')
    .describe('File that keeps the orders in flight and the pauses over a restart'),
  driver: driverSchema,
  pools: z
    .array(poolSchema)
    .min(1, 'expected at least one pool')
    .refine(
      pools => new Set(pools.map(({ name }) => name)).size === pools.length,
      'expected each pool once',
    ),
})
