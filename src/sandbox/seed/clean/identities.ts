import { awsPolicyArn } from '../../iam/aws-policies.ts'
import type { Account, Role } from '../../world.ts'
import {
  allow,
  day,
  denyWithoutMfa,
  document,
  group,
  home,
  key,
  main,
  managedPolicy,
  named,
  onlyFromMain,
  phone,
  role,
  trustAccount,
  trustPipeline,
  trustService,
  user,
} from '../neighbours/identity.ts'
import { pushTo } from '../neighbours/pipeline.ts'

/** Few identities, each with what it needs; whatever may write to the registry is a role. */
export function addCleanIdentities(account: Account, now: number): void {
  const policy = secondFactor(now)
  account.iam = {
    createdAt: now - 1200 * day,
    aliases: ['harbour-shop'],
    root: {
      passwordLastUsed: now - 800 * day,
      mfa: phone('root-account-mfa-device', now - 1190 * day),
      keys: [],
    },
    users: named(users(now)),
    groups: named([
      group('readers', {
        createdAt: now - 1100 * day,
        attached: [awsPolicyArn('AmazonEC2ContainerRegistryReadOnly'), policy.arn],
      }),
    ]),
    policies: { [policy.arn]: policy },
  }
  Object.assign(account.roles, named(roles(now)))
}

/**
 * The key that the sandbox is used with belongs to somebody who may only read: a long-lived key that may push would be
 * a finding. To the sandbox it is an administrator's all the same (`enforce/identity.ts`).
 */
function users(now: number) {
  const ago = (days: number) => now - days * day
  return [
    user('demo-admin', {
      id: 'AIDAHOLDFASTDEMO0001A',
      createdAt: ago(500),
      password: { changedAt: ago(40), lastUsed: ago(1) },
      mfa: [phone('demo-admin', ago(490))],
      groups: ['readers'],
      keys: [
        key('AKIAHOLDFASTDEMO0001', ago(20), { lastUsed: { at: ago(0.1), region: home, service: 'sts' } }),
      ],
      tags: { owner: 'platform-team' },
    }),
    user('alice', {
      createdAt: ago(700),
      password: { changedAt: ago(30), lastUsed: ago(2) },
      mfa: [phone('alice', ago(650))],
      groups: ['readers'],
      tags: { owner: 'shop-team' },
    }),
  ]
}

function roles(now: number): Role[] {
  return [...writers(now), ...services(now)]
}

const owner = { tags: { owner: 'platform-team' } }

/** Whoever may write to the registry. */
function writers(now: number): Role[] {
  const ago = (days: number) => now - days * day
  const used = (days: number) => ({ lastUsed: { at: ago(days), region: home } })
  const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
  return [
    role('shop-deploy', {
      createdAt: ago(300),
      description: 'Pushes the images of the shop from its pipeline',
      trust: trustPipeline('harbour-shop/shop'),
      inline: { 'push-shop-images': document(...pushTo('shop')) },
      tags: { owner: 'shop-team' },
      ...used(0.3),
    }),
    role('registry-admin', {
      ...owner,
      createdAt: ago(300),
      description: 'Settings of the registry, for people with a second factor',
      trust: trustAccount(main, withMfa),
      inline: {
        settings: document({
          ...allow(
            [
              'ecr:CreateRepository',
              'ecr:PutLifecyclePolicy',
              'ecr:PutImageTagMutability',
              'ecr:TagResource',
            ],
            ['shop', 'platform', 'edge'].map((team) => `arn:aws:ecr:*:${main}:repository/${team}/*`),
          ),
          Condition: withMfa,
        }),
      },
      ...used(12),
    }),
  ]
}

/** Services that act for the account, each for this account alone. */
function services(now: number): Role[] {
  const ago = (days: number) => now - days * day
  const used = (days: number) => ({ lastUsed: { at: ago(days), region: home } })
  return [
    role('ecs-execution', {
      ...owner,
      createdAt: ago(350),
      trust: trustService('ecs-tasks', onlyFromMain),
      attached: [awsPolicyArn('AmazonECSTaskExecutionRolePolicy')],
      ...used(0.01),
    }),
    role('ecr-cleanup', {
      ...owner,
      createdAt: ago(280),
      trust: trustService('lambda'),
      attached: [awsPolicyArn('AWSLambdaBasicExecutionRole')],
      inline: {
        'delete-stale-images': document(
          allow(['ecr:ListImages', 'ecr:BatchDeleteImage'], `arn:aws:ecr:${home}:${main}:repository/shop/*`),
        ),
      },
      ...used(1),
    }),
    startTasks(ago(120)),
    role('registry-templates', {
      ...owner,
      createdAt: ago(200),
      description: 'Lets ECR make repositories from a template',
      trust: trustService('ecr', onlyFromMain),
      inline: {
        create: document(
          allow(['ecr:CreateRepository', 'ecr:TagResource'], `arn:aws:ecr:*:${main}:repository/*`),
        ),
      },
    }),
    role('cloudtrail-to-logs', {
      ...owner,
      createdAt: ago(800),
      trust: trustService('cloudtrail', onlyFromMain),
      inline: {
        write: document(
          allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `arn:aws:logs:*:${main}:log-group:*`),
        ),
      },
    }),
  ]
}

/** Runs one family of tasks by the clock, and nothing else. */
function startTasks(createdAt: number): Role {
  return role('start-tasks', {
    createdAt,
    trust: trustService('scheduler', onlyFromMain),
    inline: {
      start: document(
        allow('ecs:RunTask', `arn:aws:ecs:${home}:${main}:task-definition/invoices:*`),
        allow('iam:PassRole', `arn:aws:iam::${main}:role/ecs-execution`),
      ),
    },
    tags: { owner: 'platform-team' },
  })
}

function secondFactor(now: number) {
  return managedPolicy('second-factor', {
    createdAt: now - 1000 * day,
    description: 'Nothing without a second factor',
    documents: [[denyWithoutMfa]],
  })
}
