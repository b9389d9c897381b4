/** Where an invitation stands (manual, "Invitations"). */
export const invitationStates = ['pending', 'must-set-password', 'accepted', 'expired', 'revoked'] as const;
export type InvitationState = (typeof invitationStates)[number];

/** Says nothing about whether the address has an account: that is only for the holder of the link. */
export function stateOf(
  invitation: { openedAt: Date | null; acceptedAt: Date | null; revokedAt: Date | null; expiresAt: Date },
  now: Date,
): InvitationState {
  if (invitation.revokedAt) return 'revoked';
  if (invitation.acceptedAt) return 'accepted';
  if (invitation.expiresAt <= now) return 'expired';
  return invitation.openedAt ? 'must-set-password' : 'pending';
}
