import { type Change } from '../audit/audited-change.js';
import { type Invitation } from './invitation.entity.js';

/** What the audit log says about an invitation. */
export function invitationEvent(
  action: string,
  { id, organizationId, email, role }: Invitation,
  details: Record<string, unknown> = {},
): Change {
  return { action, organizationId, targetType: 'invitation', targetId: id, details: { email, role, ...details } };
}
