import type { PolicyAsk } from './ask.ts'
import type { PolicySize } from './size.ts'

/** Commands of the AWS CLI that attach it; NAMES in capitals are for whoever runs them. */
export function commandsFor(ask: PolicyAsk, { fits }: PolicySize): string[] {
  return ask.attachTo === 'identity' ? identityCommands(ask, fits) : repositoryCommands(ask)
}

function identityCommands({ kind }: PolicyAsk, fits: readonly string[]): string[] {
  const file = '--policy-document file://policy.json'
  const name = `holdfast-${kind}`
  return [
    ...(fits.includes('managed policy') ? [`aws iam create-policy --policy-name ${name} ${file}`] : []),
    `aws iam put-role-policy --role-name ROLE --policy-name ${name} ${file}`,
  ]
}

function repositoryCommands({ repositories, place: { region } }: PolicyAsk): string[] {
  const names = repositories.some((glob) => glob.includes('*')) ? ['REPOSITORY'] : repositories
  const where = region === '*' ? '' : ` --region ${region}`
  return names.flatMap((name) => [
    `holdfast access preview --repository ${name} --policy policy.json`,
    `aws ecr set-repository-policy --repository-name ${name}${where} --policy-text file://policy.json`,
  ])
}
