import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DescribeRepositoriesCommand,
  type Repository,
} from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'
import { unlessMissing } from './ask.ts'
import { listEach } from './pages.ts'

/** What DescribeRepositories tells (ecr-facts 1.6); policies and tags each need a call of their own. */
export interface EcrRepository {
  name: string
  arn: string
  /** The account. */
  registryId: string
  /** ISO 8601. */
  createdAt: string
  encryption: { type: string; kmsKey?: string }
  tagMutability: { mode: string; exclusions: string[] }
  /** The deprecated flag (ecr-facts 2.6). */
  scanOnPush: boolean
}

export interface NewRepository {
  name: string
  encryption?: { type: string; kmsKey?: string }
  tags?: Record<string, string>
}

export function repositoryCalls(ask: Ask) {
  return {
    /** All repositories, all pages. */
    describeRepositories: (signal?: AbortSignal): AsyncIterable<EcrRepository> =>
      listEach(
        'DescribeRepositories',
        (token) =>
          ask({ operation: 'DescribeRepositories', signal }, (ecr, options) =>
            ecr.send(new DescribeRepositoriesCommand({ maxResults: 1000, ...token }), options),
          ),
        (page) => (page.repositories ?? []).map(toRepository).map((value) => ({ key: value.name, value })),
      ),

    /** Undefined when there is none of that name. */
    async describeRepository(name: string, signal?: AbortSignal): Promise<EcrRepository | undefined> {
      const answer = ask({ operation: 'DescribeRepositories', resource: name, signal }, (ecr, options) =>
        ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }), options),
      )
      const found = (await unlessMissing(answer, 'RepositoryNotFoundException'))?.repositories?.[0]
      return found && toRepository(found)
    },

    /** With mutable tags. False when one of that name is there already. */
    async createRepository(wanted: NewRepository, signal?: AbortSignal): Promise<boolean> {
      const answer = ask({ operation: 'CreateRepository', resource: wanted.name, signal }, (ecr, options) =>
        ecr.send(new CreateRepositoryCommand(creation(wanted)), options),
      )
      return (await unlessMissing(answer, 'RepositoryAlreadyExistsException')) !== undefined
    },
  }
}

function creation(wanted: NewRepository): CreateRepositoryCommandInput {
  const { encryption, tags } = wanted
  return {
    repositoryName: wanted.name,
    imageTagMutability: 'MUTABLE',
    ...(tags && { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    ...(encryption && {
      encryptionConfiguration: {
        encryptionType: encryption.type,
        ...(encryption.kmsKey && { kmsKey: encryption.kmsKey }),
      },
    }),
  } as CreateRepositoryCommandInput
}

function toRepository(found: Repository): EcrRepository {
  const { encryptionConfiguration: encryption, imageTagMutabilityExclusionFilters: filters } = found
  return {
    name: found.repositoryName ?? '',
    arn: found.repositoryArn ?? '',
    registryId: found.registryId ?? '',
    createdAt: found.createdAt?.toISOString() ?? '',
    encryption: {
      type: encryption?.encryptionType ?? 'AES256',
      ...(encryption?.kmsKey && { kmsKey: encryption.kmsKey }),
    },
    tagMutability: {
      mode: found.imageTagMutability ?? 'MUTABLE',
      exclusions: (filters ?? []).map((filter) => filter.filter ?? ''),
    },
    scanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false,
  }
}
