import { readFileSync } from 'node:fs'

/** The prose of a control: `README.md` in its folder, in the sources and in the built package alike. */
export function controlReadme(id: string): string {
  return readFileSync(new URL(`./${id}/README.md`, import.meta.url), 'utf8')
}
