import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A person in a group of an identity provider. */
@Entity('scim_group_member')
@Index('scim_group_member_by_user', ['scimUserId'])
export class ScimGroupMember {
  @ForeignKey('scim_group', { name: 'scim_group_member_group_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'group_id', type: 'bigint' })
  groupId!: number;

  @ForeignKey('scim_user', { name: 'scim_group_member_scim_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'scim_user_id', type: 'bigint' })
  scimUserId!: number;
}
