import { isDeepStrictEqual } from 'node:util'
import { plural } from '../../core/bytes.ts'
import type { Kind } from '../kind.ts'
import { encryptionWords } from '../migrate/encryption.ts'
import { markCall, remaking, removal } from '../retire/requests.ts'
import { bringBack, requireRetirable, retire } from '../retire/retire.ts'
import { type RetiredState, readNeeds, readRetired } from '../retire/state.ts'

/**
 * A repository that is deleted with all that is in it, when its mark is due; the way back is a restore of all of it from
 * the vault. No CloudFormation and no Terraform: neither knows the snapshot.
 */
export const repositoryRetired: Kind<RetiredState> = {
  name: 'repository-retired',
  title: 'the unused repository',
  reads: readNeeds,
  read: async (door, target) => ({ state: await readRetired(door, target) }),
  calls: (change) => {
    const { from, to, place } = change
    const target = { resource: change.resource }
    if (to === null) return from === null ? [] : [removal(target, place)]
    return [remaking(target, place, to.encryption), markCall(target, place, to.marks)]
  },
  risk: () => 'destructive',
  irreversible: ({ from }) =>
    from?.unfinished === undefined ? undefined : 'It was not whole when the plan was made.',
  // On the way back: not whole yet, or whole and not marked yet.
  isBetween: ({ from, to }, current) => {
    if (from === null || to !== null || current === null) return false
    if (current.unfinished !== undefined) return isDeepStrictEqual(current.encryption, from.encryption)
    return isDeepStrictEqual({ ...current, marks: from.marks }, from)
  },
  guard: async (door, change) => {
    if (change.to === null) await requireRetirable(door, change)
    else await door.vault()
  },
  perform: async (door, change) => {
    if (change.to === null) await retire(door, change)
    else await bringBack(door, change)
  },
  lines: ({ encryption, images, marks, unfinished }) => [
    `${plural(images, 'image')}, encrypted with ${encryptionWords(encryption)}`,
    ...Object.entries(marks).map(([tag, value]) => `${tag}: ${value}`),
    ...(unfinished === undefined ? [] : [`not whole yet: snapshot ${unfinished} completes it`]),
  ],
}
