import { smallModel } from '../cases.js'

export const [pool] = smallModel.pools
export const [frontend] = smallModel.frontends

/** The small model with some of its fields changed. */
export const modelWith = (changes: object) => ({ ...smallModel, ...changes })

/** The small model with some fields of its pool changed. */
export const poolsWith = (changes: object) => modelWith({ pools: [{ ...pool, ...changes }] })
