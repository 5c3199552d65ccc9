import { randomBytes } from 'node:crypto'
import type { AccessKey, World } from '../world.ts'
import { hmac } from './sign.ts'

/** Stands for ECR itself, which owns the layer buckets; no account of the world. */
export const layerAccount = '000000000000'
const accessKeyId = 'AKIAHOLDFASTLAYERS01'

/** Signs the download URLs of layers, and opens nothing else (`s3/layer-bucket.ts`). Outlives a restart. */
export function layerKey(world: World): AccessKey {
  const secret = (world.state.secret ??= randomBytes(32).toString('hex'))
  return {
    accessKeyId,
    secretAccessKey: hmac(secret, 'layer download').toString('base64url'),
    arn: `arn:aws:iam::${layerAccount}:user/ecr-layers`,
    userId: 'AIDAHOLDFASTLAYERS01A',
  }
}

/** The key and whose it is; undefined when nobody has it. */
export function findKey(world: World, id: string): { account: string; key: AccessKey } | undefined {
  if (id === accessKeyId) return { account: layerAccount, key: layerKey(world) }
  for (const account of Object.values(world.state.accounts)) {
    const key = Object.hasOwn(account.keys, id) ? account.keys[id] : undefined
    if (key) return { account: account.id, key }
  }
  return undefined
}
