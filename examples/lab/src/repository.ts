import { fileURLToPath } from 'node:url'

/** The repository's folder, seen from the compiled file. */
export const repository = fileURLToPath(new URL('../../../../', import.meta.url))
