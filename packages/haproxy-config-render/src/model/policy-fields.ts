import * as z from 'zod'
import { isNetwork } from './allowed-networks.js'
import { hostField, nameField, pathPrefixField } from './model-fields.js'

/**
 * Returns the field of a number, or of the tag in which each member has its own.
 *
 * @param example - a tag, and the number of members without it, for the documentation
 */
export function numberFrom(
  from: number,
  to: number,
  example: { readonly tag: string; readonly default: number },
) {
  const number = z.number().int().min(from).max(to)
  const tag = z.string().meta({ description: 'Tag with the number', examples: [example.tag] })
  const fallback = number.optional().meta({
    description: 'Value for members without the tag; without a default, these members are left out',
    examples: [example.default],
  })
  return z.union([number, z.strictObject({ tag, default: fallback })], {
    error: `expected a number from ${from} to ${to}, or { tag, default } to take it from a tag`,
  })
}

const pattern = z.string().refine(isPattern, 'expected a regular expression')

const network = z.string().refine(isNetwork, 'expected a network such as 10.0.0.0/8 or fd00::/8')

/** Conditions that select the members of a pool; a member must meet all of them. */
export const selectionFields = {
  role: z
    .string()
    .optional()
    .meta({ description: 'Value of the tag `role`', examples: ['web'] }),
  tags: z
    .record(z.string(), z.string())
    .default({})
    .meta({
      description: 'Tags that a member must have, with exactly these values',
      examples: [{ environment: 'production' }],
    }),
  match: z
    .record(z.string(), pattern)
    .default({})
    .meta({
      description: 'Regular expressions that the whole value of a tag must match',
      examples: [{ version: '2\\..*' }],
    }),
  names: pattern.optional().meta({
    description: 'Regular expression that the member’s whole name must match',
    examples: ['web-.*'],
  }),
  networks: z
    .array(network)
    .default([])
    .meta({
      description: 'Networks that a member’s address must be in; any address if empty',
      examples: [['10.0.0.0/8']],
    }),
}

/** The routes that the members of a pool may request. */
export const memberRouteSchema = z.strictObject({
  frontend: nameField.meta({ description: 'Frontend of the routes', examples: ['web'] }),
  hostTag: z
    .string()
    .optional()
    .meta({
      description: 'Tag with the host that a member requests',
      examples: ['host'],
    }),
  hosts: z
    .array(hostField)
    .default([])
    .meta({
      description: 'Allowed hosts; `*.DOMAIN` allows all names below it',
      examples: [['shop.example.org', '*.api.example.org']],
    }),
  pathTag: z
    .string()
    .optional()
    .meta({
      description: 'Tag with the path that a member requests',
      examples: ['path'],
    }),
  paths: z
    .array(pathPrefixField)
    .default([])
    .meta({ description: 'Allowed paths, and all paths below them', examples: [['/api']] }),
})

function isPattern(text: string): boolean {
  try {
    return wholeMatch(text) instanceof RegExp
  } catch {
    return false
  }
}

/** Returns a regular expression that only a whole text matches. */
export function wholeMatch(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, 'u')
}
