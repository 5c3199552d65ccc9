import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exit, HoldfastError } from '../../core/errors.ts'
import type { SuggestGoals } from '../../lifecycle/goals.ts'
import type { Suggestion } from '../../lifecycle/suggest.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { type LifecycleScene, openScene, sceneOptions } from '../lifecycle.ts'

export const lifecycleSuggest: CommandSpec = {
  name: 'lifecycle suggest',
  summary:
    'Writes a lifecycle policy from what you want, and proves that it never takes an image in use; else it refuses.',
  options: [
    { flags: '--repository <name>', does: 'for this repository' },
    {
      flags: '--keep-releases <n>',
      does: 'keep the newest n images of each --tag-pattern, expire older ones',
    },
    { flags: '--tag-pattern <pattern>', does: 'which tags are releases: v*; may be repeated', many: true },
    { flags: '--drop-untagged-after <days>', does: 'expire images without a tag, by their push' },
    { flags: '--archive-not-pulled-for <days>', does: 'put what is not pulled into the archive' },
    {
      flags: '--expire-archived-after <days>',
      does: 'expire what is in the archive for so long (90 or more)',
    },
    { flags: '--shield-all', does: 'a shield for every tag in use, also for the newest' },
    ...sceneOptions,
    { flags: '--out <file>', does: 'write the policy into a file' },
  ],
  examples: [
    {
      line: "holdfast lifecycle suggest --repository shop/api --keep-releases 20 --tag-pattern '1.*'",
      does: 'the newest 20, and what is in use',
    },
    {
      line: 'holdfast lifecycle suggest --repository shop/api --drop-untagged-after 14',
      does: 'goals may be combined',
    },
    {
      line: 'holdfast lifecycle suggest --repository shop/api --archive-not-pulled-for 90 --out new.json',
      does: 'archive what nobody needs',
    },
  ],
  exits: {
    [exit.partial]: 'what is in use could not be read in full: what is proven is about the rest',
    [exit.refused]: 'a rule cannot be written without taking what is in use (listed); no policy was written',
  },
  run: async (context, options) => {
    const repository = option.text(options, 'repository')
    if (repository === undefined) throw missingRepository()
    const goals = goalsOf(options)
    const scene = await openScene(context, options, [repository])
    const suggestion = await suggestFor(scene, goals, option.flag(options, 'shieldAll'))
    const out = option.text(options, 'out')
    if (out !== undefined && suggestion.text !== undefined) await write(context, out, suggestion.text)
    const { suggestionReport } = await import('../../lifecycle/reports.ts')
    const report = suggestionReport(scene.where, scene.listings[0]?.repository ?? repository, suggestion)
    const { suggestionText } = await import('../../report/lifecycle-suggestion-text.ts')
    await context.answer(report, () => suggestionText(report, out))
    if (suggestion.refused.length > 0) return exit.refused
    return scene.where.inUseNotKnown.length > 0 ? exit.partial : exit.ok
  },
}

async function suggestFor(
  scene: LifecycleScene,
  goals: SuggestGoals,
  shieldAll: boolean,
): Promise<Suggestion> {
  const [listing, ...more] = scene.listings
  if (!listing || more.length > 0) throw missingRepository()
  const { images, repository } = listing
  if ('error' in images)
    throw new HoldfastError('access-denied', {
      what: `The images of ${repository} cannot be listed.`,
      why: `${images.error.code}: ${images.error.message}`,
      next: `Needs ${images.error.needs}.`,
    })
  const { suggest } = await import('../../lifecycle/suggest.ts')
  const inUse = scene.uses.filter((use) => use.repository === repository)
  return suggest({ goals, images: images.ok, inUse, now: scene.at, shieldAll })
}

function goalsOf(options: CommandOptions): SuggestGoals {
  const count = numberOf(options, 'keepReleases', '--keep-releases')
  const patterns = option.list(options, 'tagPattern') ?? []
  if (count === undefined && patterns.length > 0)
    throw new HoldfastError('usage', {
      what: '--tag-pattern says which tags are releases, and nothing says how many to keep.',
      next: 'Add --keep-releases 20.',
    })
  const goals = {
    keepReleases: count === undefined ? undefined : { count, patterns },
    dropUntaggedAfter: numberOf(options, 'dropUntaggedAfter', '--drop-untagged-after'),
    archiveNotPulledFor: numberOf(options, 'archiveNotPulledFor', '--archive-not-pulled-for'),
    expireArchivedAfter: numberOf(options, 'expireArchivedAfter', '--expire-archived-after'),
  }
  return Object.fromEntries(Object.entries(goals).filter(([, value]) => value !== undefined))
}

function numberOf(options: CommandOptions, name: string, flag: string): number | undefined {
  const text = option.text(options, name)
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const what = `${flag} ${JSON.stringify(text)} is not a whole number.`
  throw new HoldfastError('usage', { what, next: 'Give 1 or more.' })
}

function missingRepository(): HoldfastError {
  return new HoldfastError('usage', {
    what: 'A policy is for one repository.',
    next: 'Name it: --repository shop/api',
  })
}

async function write(context: CommandContext, file: string, text: string): Promise<void> {
  try {
    await writeFile(resolve(context.io.cwd, file), text)
  } catch (cause) {
    const next = 'Name a file in a folder that exists and that you may write to.'
    throw new HoldfastError('config-invalid', { what: `${file} cannot be written.`, next, cause })
  }
}
