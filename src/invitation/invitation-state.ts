/** Where an invitation stands (manual, "Invitations"). */
export const invitationStates = ['pending', 'must-set-password', 'accepted', 'expired', 'revoked'] as const;
export type InvitationState = (typeof invitationStates)[number];

/**
 * @param hasAccount whether the invited address has an account: without one, who has opened the link must set a password
 */
export function stateOf(
  invitation: { openedAt: Date | null; acceptedAt: Date | null; revokedAt: Date | null; expiresAt: Date },
  hasAccount: boolean,
  now: Date,
): InvitationState {
  if (invitation.revokedAt) return 'revoked';
  if (invitation.acceptedAt) return 'accepted';
  if (invitation.expiresAt <= now) return 'expired';
  return invitation.openedAt && !hasAccount ? 'must-set-password' : 'pending';
}
