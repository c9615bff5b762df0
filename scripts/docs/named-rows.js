// Rows of tables that describe one name: a field, a metric, an error code.

/** Returns the names and texts of the rows in a text whose first cell is one name, in code. */
export function namedRows(text) {
  return [...text.matchAll(/^\| `([^`]+)` *\|(.*)\|$/gm)].map(([line, name, cells]) => ({
    line,
    name,
    text: cells.replaceAll(/ *\| */g, ' '),
  }))
}

/** Gives out the anchors of a page's rows; a name has one, in its first row. */
export class RowAnchors {
  #given = new Set()

  /** Returns the anchor of a name; undefined if an earlier row has it. */
  anchor(name) {
    const anchor = `row-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
    if (this.#given.has(anchor)) return undefined
    this.#given.add(anchor)
    return anchor
  }
}
