import { expectList, expectMap, expectNumber } from '../wire/wire-value.js'

/**
 * Position of a member in Serf's network coordinates: the distance of two
 * members estimates their round-trip time in seconds.
 */
export interface Coordinate {
  /** `Vec` of the reply: the place in Euclidean space. */
  readonly vector: readonly number[]
  /** `Error` of the reply: the uncertainty of the coordinate, without a unit. */
  readonly error: number
  /** `Adjustment` of the reply: an offset of the distance, in seconds. */
  readonly adjustment: number
  /** `Height` of the reply: the part of the distance outside the vector, in seconds. */
  readonly height: number
}

/** Decodes the body of a `get-coordinate` reply; returns undefined for an unknown member. */
export function decodeCoordinate(wire: unknown): Coordinate | undefined {
  const { Coord, Ok } = expectMap(wire, 'a coordinate reply')
  if (Ok !== true) return undefined
  const { Vec, Error: error, Adjustment, Height } = expectMap(Coord, 'Coord')
  return {
    vector: expectList(Vec, 'Vec').map(value => expectNumber(value, 'Vec')),
    error: expectNumber(error, 'Error'),
    adjustment: expectNumber(Adjustment, 'Adjustment'),
    height: expectNumber(Height, 'Height'),
  }
}
