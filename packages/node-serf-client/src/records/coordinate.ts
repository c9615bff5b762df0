import { expectList, expectMap, expectNumber } from '../wire/wire-value.js'

/**
 * Position of a member in Serf's network coordinates: the distance of two
 * members estimates their round-trip time in seconds.
 */
export interface Coordinate {
  readonly vector: readonly number[]
  readonly error: number
  readonly adjustment: number
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
