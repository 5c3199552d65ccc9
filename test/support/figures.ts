/** One line for the log of a test run: how much a proof tried. `docs/reliability.md` quotes these lines. */
export function printFigures(proof: string, counts: Record<string, number>): void {
  const words = Object.entries(counts).map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
  process.stdout.write(`FIGURES ${proof}: ${words.join(', ')}\n`)
}
