/** Formats a time in milliseconds as date and time of day in UTC, with its `Z`. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace('T', ' ')
}
