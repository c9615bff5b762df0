/** Returns the name of a server across pools. */
export function serverId({ pool, name }: { readonly pool: string; readonly name: string }): string {
  return `${pool}/${name}`
}
