import * as z from 'zod'
import { modelSchema } from './proxy-model.js'
import { serverSchema } from './server.js'

/** Names of all fields of a model and its parts, from their schemas. */
export const modelFieldNames: ReadonlySet<string> = new Set([
  ...namesIn(modelSchema),
  // The model's schema does not contain the servers, which are checked one by one.
  ...namesIn(serverSchema),
])

function* namesIn(schema: z.core.$ZodType): Generator<string> {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    yield* namesIn(schema.unwrap())
  } else if (schema instanceof z.ZodArray) {
    yield* namesIn(schema.element)
  } else if (schema instanceof z.ZodObject) {
    for (const [name, field] of Object.entries(schema.shape)) {
      yield name
      yield* namesIn(field)
    }
  }
}
