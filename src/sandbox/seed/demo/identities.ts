import { awsPolicyArn } from '../../iam/aws-policies.ts'
import type { IamState } from '../../iam/state.ts'
import type { Account, Role } from '../../world.ts'
import {
  allow,
  day,
  document,
  group,
  home,
  key,
  main,
  managedPolicy,
  named,
  partner,
  phone,
  role,
  trustAccount,
  trustPipeline,
  trustService,
  user,
} from '../neighbours/identity.ts'
import { pushTo } from '../neighbours/pipeline.ts'

/** Identities as they grow when nobody tidies up, with a few good ones among them. */
export function addDemoIdentities(account: Account, now: number): void {
  const policies = [maintainers(now), boundary(now)]
  account.iam = {
    createdAt: now - 1200 * day,
    aliases: ['harbour-shop'],
    root: { passwordLastUsed: now - 20 * day, keys: [] },
    users: named(users(now)),
    groups: named([
      group('admins', { createdAt: now - 1100 * day, attached: [awsPolicyArn('AdministratorAccess')] }),
      // Pushes without a second factor: the policy asks for none.
      group('developers', {
        createdAt: now - 1100 * day,
        attached: [awsPolicyArn('AmazonEC2ContainerRegistryPowerUser')],
      }),
    ]),
    policies: Object.fromEntries(policies.map((each) => [each.arn, each])),
    spareDevices: [`arn:aws:iam::${main}:mfa/dora-old-phone`],
  }
  Object.assign(account.roles, named(roles(now, account.iam)))
}

function users(now: number) {
  const used = (days: number, service = 'ecr') => ({
    lastUsed: { at: now - days * day, region: home, service },
  })
  const ago = (days: number) => now - days * day
  return [
    user('demo-admin', {
      id: 'AIDAHOLDFASTDEMO0001A',
      createdAt: ago(500),
      password: { changedAt: ago(80), lastUsed: ago(1) },
      mfa: [phone('demo-admin', ago(490))],
      groups: ['admins'],
      keys: [key('AKIAHOLDFASTDEMO0001', ago(60), used(0.1, 'sts'))],
      tags: { team: 'platform-team' },
    }),
    user('alice', {
      createdAt: ago(700),
      password: { changedAt: ago(30), lastUsed: ago(2) },
      mfa: [phone('alice', ago(650))],
      groups: ['developers'],
    }),
    // May push, signs in with a password alone.
    user('bob', {
      createdAt: ago(420),
      password: { changedAt: ago(420), lastUsed: ago(3) },
      groups: ['developers'],
    }),
    // Two keys that nobody has changed for years, and everything of ECR.
    user('ci-publisher', {
      createdAt: ago(900),
      inline: { 'publish-images': document(allow('ecr:*')) },
      keys: [
        key('AKIAHOLDFASTDEMO0011', ago(640), used(0.5)),
        key('AKIAHOLDFASTDEMO0010', ago(900), { status: 'Inactive', ...used(650) }),
      ],
    }),
    // Left long ago; the key was never used.
    user('dora', {
      createdAt: ago(1000),
      password: { changedAt: ago(1000), lastUsed: ago(410) },
      attached: [awsPolicyArn('AmazonEC2ContainerRegistryFullAccess')],
      keys: [key('AKIAHOLDFASTDEMO0012', ago(1000))],
    }),
    user('erin', {
      createdAt: ago(200),
      password: { changedAt: ago(15), lastUsed: ago(1) },
      mfa: [{ serial: 'GAHT00001234', enabledAt: ago(199) }],
      attached: [awsPolicyArn('AmazonEC2ContainerRegistryReadOnly')],
    }),
  ]
}

function roles(now: number, { policies }: IamState): Role[] {
  const ago = (days: number) => now - days * day
  const lastUsed = (days: number) => ({ lastUsed: { at: ago(days), region: home } })
  const [maintain, limit] = Object.keys(policies)
  return [
    role('shop-deploy', {
      createdAt: ago(300),
      description: 'Pushes the images of the shop from its pipeline',
      trust: trustPipeline('harbour-shop/shop'),
      inline: { 'push-shop-images': document(...pushTo('shop')) },
      ...(limit !== undefined && { boundary: limit }),
      tags: { owner: 'shop-team' },
      ...lastUsed(0.3),
    }),
    // Whoever has any identity of the account may become this, second factor or not.
    role('admin', {
      createdAt: ago(1100),
      trust: trustAccount(main),
      attached: [awsPolicyArn('AdministratorAccess')],
      maxSessionSeconds: 12 * 60 * 60,
      ...lastUsed(5),
    }),
    role('ecs-execution', {
      createdAt: ago(350),
      trust: trustService('ecs-tasks'),
      attached: [awsPolicyArn('AmazonECSTaskExecutionRolePolicy')],
      ...lastUsed(0.01),
    }),
    role('image-scanner', {
      createdAt: ago(250),
      trust: trustAccount(main),
      attached: [awsPolicyArn('AmazonEC2ContainerRegistryReadOnly')],
      ...lastUsed(0.2),
    }),
    ...serviceRoles(now, maintain),
  ]
}

/** Of services; one deletes images, and could delete everything. */
function serviceRoles(now: number, maintain: string | undefined): Role[] {
  const ago = (days: number) => now - days * day
  const lastUsed = (days: number) => ({ lastUsed: { at: ago(days), region: home } })
  return [
    role('ecr-cleanup', {
      createdAt: ago(280),
      trust: trustService('lambda'),
      attached: [awsPolicyArn('AWSLambdaBasicExecutionRole'), ...(maintain === undefined ? [] : [maintain])],
      inline: { 'delete-images': document(allow('ecr:*')) },
      ...lastUsed(1),
    }),
    // Another account, and no external id.
    role('partner-sync', {
      createdAt: ago(140),
      trust: trustAccount(partner),
      inline: { 'push-etl': document(...pushTo('data')) },
      ...lastUsed(45),
    }),
    role('shop-thumbnails', {
      createdAt: ago(220),
      trust: trustService('lambda'),
      attached: [awsPolicyArn('AWSLambdaBasicExecutionRole')],
      ...lastUsed(0.1),
    }),
    ...plainRoles(now),
    role('registry-templates', {
      createdAt: ago(200),
      description: 'Lets ECR make repositories from a template',
      trust: trustService('ecr'),
      inline: { create: document(allow(['ecr:CreateRepository', 'ecr:TagResource'])) },
    }),
    role('cloudtrail-to-logs', {
      createdAt: ago(800),
      trust: trustService('cloudtrail'),
      inline: { write: document(allow(['logs:CreateLogStream', 'logs:PutLogEvents'])) },
    }),
  ]
}

/** Of services that run images; ECS and its kin have to be let in by nobody else. */
function plainRoles(now: number): Role[] {
  const createdAt = now - 340 * day
  const start = allow(['ecs:RunTask', 'iam:PassRole', 'lambda:InvokeFunction'])
  return [
    role('start-tasks', {
      createdAt,
      trust: trustService('scheduler'),
      inline: { start: document(start) },
    }),
    role('apprunner-pull', {
      createdAt,
      trust: trustService('build.apprunner'),
      attached: [awsPolicyArn('AmazonEC2ContainerRegistryReadOnly')],
    }),
    role('etl', { createdAt, trust: trustService('ecs-tasks') }),
    role('sagemaker', {
      createdAt,
      trust: trustService('sagemaker'),
      inline: {
        pull: document(
          allow(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']),
        ),
      },
    }),
  ]
}

function maintainers(now: number) {
  return managedPolicy('registry-maintainers', {
    createdAt: now - 600 * day,
    description: 'Changes settings of repositories',
    documents: [
      [allow('ecr:*')],
      [allow(['ecr:SetRepositoryPolicy', 'ecr:DeleteRepository', 'ecr:PutImageTagMutability'])],
    ],
  })
}

function boundary(now: number) {
  return managedPolicy('pipeline-boundary', {
    createdAt: now - 320 * day,
    documents: [[allow(['ecr:*', 'ecs:UpdateService', 'ecs:DescribeServices'])]],
  })
}
