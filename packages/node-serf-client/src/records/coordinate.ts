import { wantList, wantMap, wantNumber } from '../wire/wire-value.js'

/**
 * Where a member stands in Serf's network coordinates: the distance of two of
 * them estimates the round trip in seconds.
 */
export interface Coordinate {
  readonly vector: readonly number[]
  readonly error: number
  readonly adjustment: number
  readonly height: number
}

/** The body of a `get-coordinate` reply; undefined where the agent has none. */
export function decodeCoordinate(wire: unknown): Coordinate | undefined {
  const { Coord, Ok } = wantMap(wire, 'a coordinate reply')
  if (Ok !== true) return undefined
  const { Vec, Error: error, Adjustment, Height } = wantMap(Coord, 'Coord')
  return {
    vector: wantList(Vec, 'Vec').map(value => wantNumber(value, 'Vec')),
    error: wantNumber(error, 'Error'),
    adjustment: wantNumber(Adjustment, 'Adjustment'),
    height: wantNumber(Height, 'Height'),
  }
}
