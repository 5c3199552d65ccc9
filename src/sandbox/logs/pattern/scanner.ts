/** Why a text is no pattern. It never leaves this folder. */
export class BadPattern extends Error {}

/** Reads a text from left to right. White space before what is looked for is passed over. */
export class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The text that fits here, passed over; undefined, and nothing passed, when none does. The pattern is sticky. */
  take(pattern: RegExp): string | undefined {
    const space = /\s*/y
    space.lastIndex = this.#at
    space.exec(this.#text)
    pattern.lastIndex = space.lastIndex
    const found = pattern.exec(this.#text)
    if (!found) return undefined
    this.#at = pattern.lastIndex
    return found[0]
  }

  need(pattern: RegExp, what: string): string {
    const found = this.take(pattern)
    if (found !== undefined) return found
    throw new BadPattern(`${what} is missing at position ${this.#at}`)
  }

  get atEnd(): boolean {
    return this.#text.slice(this.#at).trim() === ''
  }
}
