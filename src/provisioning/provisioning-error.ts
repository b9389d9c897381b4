/** What is wrong, and where: `folder/file.yaml:12:5: …` */
export type ProvisioningProblem = string;

/** The provisioning files cannot be applied. Nothing was changed. */
export class ProvisioningError extends Error {
  override readonly name = 'ProvisioningError';

  constructor(readonly problems: readonly ProvisioningProblem[]) {
    super(
      `The provisioning files cannot be applied. Nothing was changed.\n${problems.map((each) => `  - ${each}`).join('\n')}`,
    );
  }
}
