/** Files of the agent whose errors are reported. HAProxy's own file is part of a round. */
export type DiskPlace = 'lock' | 'state folder' | 'generations' | 'control socket'

/** A file that the disk refuses. */
export interface RefusedFile {
  readonly place: DiskPlace
  readonly at: number
  readonly error: string
}
