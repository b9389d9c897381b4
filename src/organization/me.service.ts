import { Injectable } from '@nestjs/common';
import { type Caller, isServiceAccount } from '../access/caller.js';
import { ServiceAccountRefusedError } from '../auth/auth.errors.js';
import { NotFoundError } from '../errors/domain-error.js';
import { UserService } from '../user/user.service.js';
import { type MeView, type Profile } from './dto/me.js';
import { OrganizationPolicy } from './organization-policy.js';
import { OrganizationService } from './organization.service.js';
import { TeamService } from './team/team.service.js';

/** The caller's own account, with all that it belongs to. */
@Injectable()
export class MeService {
  private trialEnd: () => Date | null = () => null;

  constructor(
    private readonly users: UserService,
    private readonly organizations: OrganizationService,
    private readonly policy: OrganizationPolicy,
    private readonly teams: TeamService,
  ) {}

  /** For the module above that knows the licenses: when the server's trial license ends or has ended. */
  whenTrialEnds(trialEnd: () => Date | null): void {
    this.trialEnd = trialEnd;
  }

  /**
   * Changes the caller's own profile.
   *
   * @throws ServiceAccountRefusedError
   */
  async change(caller: Caller, profile: Profile): Promise<MeView> {
    if (isServiceAccount(caller)) throw new ServiceAccountRefusedError();
    await this.users.rename(caller.id, profile, caller);
    return this.get(caller);
  }

  /** @throws NotFoundError when the account is gone */
  async get(caller: Caller): Promise<MeView> {
    const user = await this.users.findById(caller.id);
    if (!user) throw new NotFoundError('Your account');
    return {
      id: String(user.id),
      firstName: user.firstName,
      lastName: user.lastName,
      email: user.email,
      root: user.root,
      verified: user.verifiedAt !== null,
      passwordKeptBy: await this.users.passwordKeptBy(user.id),
      secondFactorMissing: caller.secondFactorMissing ?? false,
      secondFactorDueAt: await this.policy.secondFactorDueAt(caller),
      mayCreateOrganizations: await this.policy.mayCreate({ root: user.root, verified: user.verifiedAt !== null }),
      trialExpirationDate: this.trialEnd()?.toISOString() ?? null,
      organizations: await this.organizations.ofMember(user),
      teams: await this.teams.ofMember(caller.id),
    };
  }
}
