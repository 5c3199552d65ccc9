/** By which CloudFormation and Terraform import a key. */
export function keyId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
