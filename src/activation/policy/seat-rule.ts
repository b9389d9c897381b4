import { applyDecorators } from '@nestjs/common';
import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Product } from '../../license/file/product.js';

/** A rule about the floating seats of a product, for one user or one team. */
export abstract class SeatRuleEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ type: 'integer' })
  seats!: number;

  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  @Column({ name: 'team_id', type: 'bigint', nullable: true })
  teamId!: number | null;
}

/**
 * A table of such rules: each ends with the user's membership, or the team.
 *
 * @param least seats that a rule may name
 */
export function SeatRuleTable(table: string, least: number): ClassDecorator {
  const named = (columns: string): { name: string; onDelete: 'CASCADE' } => ({
    name: `${table}_${columns}_fkey`,
    onDelete: 'CASCADE',
  });
  return applyDecorators(
    Entity(table),
    ForeignKey('organization', ['organizationId'], ['id'], named('organization_id')),
    ForeignKey('team', ['organizationId', 'teamId'], ['organizationId', 'id'], named('organization_id_team_id')),
    ForeignKey(
      'membership',
      ['organizationId', 'userId'],
      ['organizationId', 'userId'],
      named('organization_id_user_id'),
    ),
    Check(`${table}_check`, 'num_nonnulls(user_id, team_id) = 1'),
    Check(`${table}_product_check`, `product IN ('KSE', 'KRE')`),
    Check(`${table}_seats_check`, `seats >= ${least} AND seats <= 100000`),
    Index(`${table}_pool`, ['organizationId', 'product']),
    Index(`${table}_team`, ['organizationId', 'product', 'teamId'], { unique: true, where: 'team_id IS NOT NULL' }),
    Index(`${table}_user`, ['organizationId', 'product', 'userId'], { unique: true, where: 'user_id IS NOT NULL' }),
  );
}
