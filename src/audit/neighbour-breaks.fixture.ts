/**
 * Controls of what surrounds the registry, and how the clean seed is broken for each: the commands of the page must
 * put right what these commands have done. `demo`: broken enough as it is.
 */
export const breaks: Record<string, string | 'demo'> = {
  'vpc-endpoints': 'demo',
  'clean-up-function': 'demo',
  'iam-least-privilege': `
aws iam attach-group-policy --group-name readers \\
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess
aws iam put-role-policy --role-name shop-deploy --policy-name push-shop-images \\
  --policy-document '{"Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}'`,
  'mfa-for-writers': `
aws iam attach-group-policy --group-name readers \\
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser
aws iam detach-group-policy --group-name readers \\
  --policy-arn arn:aws:iam::111122223333:policy/second-factor`,
  'cloudtrail-records': `
aws cloudtrail update-trail --name audit-trail --no-is-multi-region-trail --no-enable-log-file-validation
aws cloudtrail put-event-selectors --trail-name audit-trail --event-selectors '[{"ReadWriteType":"WriteOnly"}]'
aws s3api put-public-access-block --bucket shop-audit-logs \\
  --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true`,
  'alarm-failed-calls': silenced('ecr-errors', 'ecr-denied'),
  'alarm-scan-findings': disabled('scan-findings', 'scan-findings-inspector'),
  'alarm-dangerous-changes': [
    disabled('registry-changes', 'key-changes', 'image-actions'),
    silenced('ecr-deletes', 'ecr-policy-changes', 'ecr-lifecycle-changes', 'ecr-weakened', 'key-changes'),
  ].join('\n'),
}

function disabled(...rules: string[]): string {
  return rules
    .map((name) => `aws events put-rule --name ${name} --state DISABLED --event-pattern '{"source":["x"]}'`)
    .join('\n')
}

function silenced(...filters: string[]): string {
  return filters
    .map(
      (name) =>
        `aws logs put-metric-filter --log-group-name CloudTrail/audit --filter-name ${name} ` +
        `--filter-pattern '{ $.eventName = "Never" }' ` +
        '--metric-transformations metricName=Never,metricNamespace=Shop,metricValue=1',
    )
    .join('\n')
}
