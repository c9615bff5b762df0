/** An answer for people: a text, or one with colours for the states. */
export type Description = string | { readonly coloured: string }
