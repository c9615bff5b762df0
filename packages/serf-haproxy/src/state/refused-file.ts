/** Files of the agent whose errors are reported. HAProxy's own file is part of a round. */
export type DiskPlace = 'lock' | 'state folder' | 'generations' | 'control socket' | 'keepalived'

/** A file that the disk refuses. */
export interface RefusedFile {
  /** Kind of the file. */
  readonly place: DiskPlace
  /** Time of the first refusal, in milliseconds since the epoch. */
  readonly at: number
  /** Error of the disk, in words. */
  readonly error: string
}
