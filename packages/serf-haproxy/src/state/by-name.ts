/** Compares by name, by code unit and not by locale: the order is the same on every machine. */
export function byName(
  { name: a }: { readonly name: string },
  { name: b }: { readonly name: string },
): number {
  return a < b ? -1 : Number(a > b)
}
